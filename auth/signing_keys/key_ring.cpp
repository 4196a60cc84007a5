#include "auth/signing_keys/key_ring.hpp"

#include <condition_variable>

#include "core/id.hpp"
#include "core/log.hpp"
#include "security/jwks_client.hpp"
#include "security/sealed_box.hpp"

namespace auth {

using core::Time;
using postgres::Transaction;
using security::jwt::Signer;

std::string_view to_string(KeyState state) {
    switch (state) {
        case KeyState::waiting: return "waiting";
        case KeyState::signing: return "signing";
        case KeyState::published: return "published";
    }
    return "";
}

struct KeyRing::Ring {
    std::vector<std::string> kids;
    std::vector<Time> signs_from;
    std::vector<Signer> signers;
    std::string jwks;
};

KeyRing::Config KeyRing::Config::read(core::Environment& environment) {
    const auto seconds = [&](const core::Variable& variable, long long fallback, long long max) {
        return std::chrono::seconds{environment.number(variable, fallback, 1, max)};
    };
    Config config{
        .key_secrets = security::sealed_box::read_secret_keys(
            environment, {"AUTH_KEY_SECRET",
                          "32 bytes in base64: locks signing keys in the database, and keys digests; several "
                          "with commas while it is exchanged, the first locks"}),
        .rules = {.notice =
                      seconds({"KEY_NOTICE_S", "seconds a new key is shown before it signs"}, 120, 86400),
                  .max_age = seconds({"KEY_MAX_AGE_S", "seconds after which a key is replaced"}, 30 * 86400,
                                     400 * 86400),
                  .token_life = seconds({"TOKEN_TTL_S", "seconds an access token is good for"}, 300, 3600)},
        .poll = environment.milliseconds(
            {"KEYS_POLL_MS", "how often the database is asked for keys of other processes"}, 2000, 50,
            60'000),
        .realm = security::JwksClient::read_realm(environment)};
    return config;
}

KeyRing::KeyRing(postgres::Database& db, Config config) : db_(db), config_(std::move(config)) {
    try {
        refresh();
    } catch (const postgres::Unavailable&) {
        // Not ready until the thread below has been lucky.
    }
    thread_ = std::jthread{[this](const std::stop_token& stop) { keep_in_step(stop); }};
}

KeyRing::~KeyRing() = default;

void KeyRing::keep_in_step(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    while (!wake.wait_for(lock, stop, config_.poll, [] { return false; }) && !stop.stop_requested()) {
        try {
            refresh();
        } catch (const std::exception& error) {
            core::log::warn("signing keys can't be read", {{"error", std::string{error.what()}}});
        }
    }
}

std::shared_ptr<const KeyRing::Ring> KeyRing::ring() const {
    const std::lock_guard lock{mutex_};
    return ring_;
}

std::shared_ptr<const KeyRing::Ring> KeyRing::read_ring(const std::vector<store::StoredKey>& keys) const {
    auto ring = std::make_shared<Ring>();
    for (const auto& key : keys) {
        const auto pem = security::sealed_box::decrypt(config_.key_secrets, key.locked_private);
        if (!pem) throw std::runtime_error("a signing key is locked with another AUTH_KEY_SECRET");
        ring->kids.push_back(key.kid);
        ring->signs_from.push_back(key.signs_from);
        ring->signers.push_back(Signer::from_pem(key.kid, *pem));
    }
    ring->jwks = security::jwt::jwks(ring->signers);
    return ring;
}

store::StoredKey KeyRing::make_key(Time signs_from) const {
    const auto signer = Signer::make();
    return {
        .kid = signer.kid(),
        .public_jwk = signer.public_jwk().dump(),
        .locked_private = security::sealed_box::encrypt(config_.key_secrets.front(), signer.private_pem()),
        .created_at = core::now(),
        .signs_from = signs_from};
}

namespace {

std::vector<Time> times_of(const std::vector<store::StoredKey>& keys) {
    std::vector<Time> times;
    for (const auto& key : keys) times.push_back(key.signs_from);
    return times;
}

std::vector<std::string> first_kids(const std::vector<store::StoredKey>& keys, std::size_t count) {
    std::vector<std::string> kids;
    for (std::size_t i = 0; i < count; ++i) kids.push_back(keys[i].kid);
    return kids;
}

bool is_in_order(const std::vector<store::StoredKey>& keys, const KeyRules& rules, Time now) {
    const auto times = times_of(keys);
    return !wants_new(times, rules, now) && outlived(times, rules, now) == 0;
}

}  // namespace

// What was locked with a secret that is not the first any more. Once: copies that are still to be restarted
// would do the opposite.
void KeyRing::lock_anew(Transaction& tx, std::vector<store::StoredKey>& keys) const {
    for (auto& key : keys) {
        auto locked = security::sealed_box::reencrypt(config_.key_secrets, key.locked_private);
        if (!locked) continue;
        key.locked_private = *std::move(locked);
        store::save_lock(tx, key);
        core::log::info("a signing key is locked with the new secret", {{"kid", key.kid}});
    }
}

void KeyRing::refresh() {
    const auto keys = db_.transact([&](Transaction& tx) {
        const auto now = core::now();
        auto found = store::keys(tx);
        if (!locked_anew_) lock_anew(tx, found);
        if (is_in_order(found, config_.rules, now)) return found;
        store::lock_keys(tx);
        found = store::keys(tx);  // another copy of this service may have been here
        const auto times = times_of(found);
        std::vector<AuditDraft> done;
        if (wants_new(times, config_.rules, now)) {
            store::insert_key(tx, make_key(found.empty() ? now : now + config_.rules.notice));
            done.push_back({.action = "auth.key_made", .object = "signing keys"});
        }
        const auto gone = first_kids(found, outlived(times, config_.rules, now));
        store::delete_keys(tx, gone);
        for (const auto& kid : gone) done.push_back({.action = "auth.key_deleted", .object = kid});
        record(tx, RequestOrigin::ours(), done);
        return store::keys(tx);
    });
    auto fresh = read_ring(keys);
    locked_anew_ = true;
    const std::lock_guard lock{mutex_};
    ring_ = std::move(fresh);
}

std::string KeyRing::sign(const http::Caller& caller) {
    const auto now = core::now();
    const auto current = ring();
    const auto index = current ? signing(current->signs_from, now) : std::nullopt;
    if (!index) throw postgres::Unavailable{"there is no signing key yet"};
    const auto issued_at = core::from_unix_s(core::to_unix_s(now));
    return current->signers[*index].sign({.subject = caller.subject,
                                          .role = caller.role,
                                          .scopes = caller.scopes,
                                          .issued_at = issued_at,
                                          .expires_at = issued_at + config_.rules.token_life,
                                          .id = "tok_" + core::new_uuid7()},
                                         config_.realm);
}

std::optional<std::string> KeyRing::jwks() const {
    const auto current = ring();
    if (!current) return {};
    return current->jwks;
}

std::vector<KeyView> KeyRing::list() {
    const auto keys = db_.single([](Transaction& tx) { return store::keys(tx); });
    const auto current = signing(times_of(keys), core::now());
    std::vector<KeyView> views;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto state = !current || i > *current ? KeyState::waiting
                           : i == *current          ? KeyState::signing
                                                    : KeyState::published;
        views.push_back({keys[i].kid, state, keys[i].created_at, keys[i].signs_from});
    }
    return views;
}

core::Result<KeyView> KeyRing::rotate(const RequestOrigin& origin) {
    auto made = db_.transact([&](Transaction& tx) -> core::Result<KeyView> {
        store::lock_keys(tx);
        const auto now = core::now();
        const auto found = store::keys(tx);
        if (!found.empty() && found.back().signs_from > now)
            return core::conflict("a new key waits already, and signs from " +
                                  core::to_rfc3339(found.back().signs_from) + " on");
        const auto key = make_key(now + config_.rules.notice);
        store::insert_key(tx, key);
        record(tx, origin, {.action = "auth.keys_rotated", .object = key.kid});
        return KeyView{key.kid, KeyState::waiting, key.created_at, key.signs_from};
    });
    if (made) refresh();
    return made;
}

}  // namespace auth
