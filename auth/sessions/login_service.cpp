#include "auth/sessions/login_service.hpp"

#include "auth/sessions/session_store.hpp"
#include "auth/users/user_store.hpp"
#include "core/digest.hpp"
#include "core/id.hpp"

namespace auth {
namespace {

using core::Result;
using postgres::Transaction;

constexpr int kMaxSessions = 50;  // of one user

core::Error wrong_login() {
    return {core::Kind::unauthorized, "the e-mail address or the password is wrong"};
}
core::Error wrong_token() {
    return {core::Kind::unauthorized, "the refresh token is worth nothing: log in again"};
}

http::Caller caller_of(const User& user) {
    return {user.id, user.role, std::nullopt};
}

// The entry of somebody who is now known, though no token said so.
RequestOrigin by(const RequestOrigin& origin, const User& user) {
    auto known = origin;
    known.caller = caller_of(user);
    return known;
}

}  // namespace

Logins::Config Logins::Config::read(core::Environment& environment, core::Secret key) {
    const auto seconds = [&](const core::Variable& variable, long long fallback) {
        return std::chrono::seconds{environment.number(variable, fallback, 1, 400LL * 86400)};
    };
    return {
        .life = {.idle =
                     seconds({"SESSION_IDLE_S", "seconds after which an unused session ends"}, 14 * 86400),
                 .absolute = seconds({"SESSION_MAX_S", "seconds after which any session ends"}, 90 * 86400),
                 .lost_answer = environment.milliseconds(
                     {"REFRESH_LOST_ANSWER_MS",
                      "how long a refresh token may come again because its answer was lost"},
                     10'000, 0, 60'000)},
        .key = std::move(key)};
}

Logins::Logins(postgres::Database& db, Hasher& hasher, KeyRing& keys, const LoginThrottle& login_throttle,
               Config config, telemetry::Metrics& metrics)
    : db_(db), hasher_(hasher), keys_(keys), login_throttle_(login_throttle), config_(std::move(config)) {
    const auto logins = [&](const char* outcome) {
        return metrics.counter("logins_total", "Logins by what became of them", {{"outcome", outcome}});
    };
    const auto refreshes = [&](const char* outcome) {
        return metrics.counter("refreshes_total", "Refresh tokens by what became of them",
                               {{"outcome", outcome}});
    };
    ok_ = logins("ok");
    failed_ = logins("failed");
    locked_ = logins("locked");
    refreshed_ = refreshes("exchanged");
    reused_ = refreshes("reused");
}

// ---- logging in

// What is known before the password has been looked at.
struct Logins::Opening {
    std::string email_digest;
    std::optional<User> user;
    LoginThrottle::Attempt guess;
};

// The same steps for everybody, known or not.
Logins::Opening Logins::open(Transaction& tx, const std::string& email, const RequestOrigin& origin) {
    const auto canonical = canonical_email(email).value_or(email);
    return {.email_digest = login_throttle_.digest_of(canonical),
            .user = store::find_user_by_email(tx, canonical),
            .guess = login_throttle_.begin(tx, canonical, origin.address)};
}

bool Logins::is_right(const Opening& opening, const std::string& password) {
    if (opening.guess.locked || !opening.user || !opening.user->password_hash) {
        hasher_.waste(password);
        return false;
    }
    return hasher_.verify(*opening.user->password_hash, password) && opening.user->state == UserState::active;
}

Result<Tokens> Logins::log_in(const std::string& email, const std::string& password,
                              const RequestOrigin& origin) {
    const auto opening = db_.transact([&](Transaction& tx) { return open(tx, email, origin); });
    if (!is_right(opening, password)) {
        (opening.guess.locked ? locked_ : failed_)(1);
        db_.transact([&](Transaction& tx) { turn_away(tx, opening, origin); });
        return wrong_login();
    }
    std::optional<std::string> better_hash;
    if (hasher_.is_outdated(*opening.user->password_hash)) better_hash = hasher_.hash(password);
    auto tokens = db_.transact([&](Transaction& tx) { return admit(tx, opening, better_hash, origin); });
    (tokens ? ok_ : failed_)(1);
    if (!tokens) return wrong_login();
    return *std::move(tokens);
}

std::optional<Tokens> Logins::admit(Transaction& tx, const Opening& opening,
                                    const std::optional<std::string>& better_hash,
                                    const RequestOrigin& origin) {
    const auto user = store::find_user_for_update(tx, opening.user->id);
    // It may have been changed while the password was compared.
    if (!user || user->state != UserState::active || user->password_hash != opening.user->password_hash)
        return {};
    if (better_hash) store::set_password_hash(tx, user->id, *better_hash);
    store::set_logged_in(tx, user->id);
    login_throttle_.succeeded(tx, opening.guess);
    const auto session = core::Id<"ses">::make().value();
    store::insert_session(tx, session, user->id, config_.life.absolute);
    store::revoke_oldest_sessions(tx, user->id, kMaxSessions);
    auto token = core::random_token();
    store::insert_refresh_token(tx, core::sha256_hex(token), session, config_.life.idle);
    record(tx, by(origin, *user),
           {.action = "auth.login", .object = user->id, .details = {{"session", session}}});
    return Tokens{keys_.sign(caller_of(*user)), keys_.token_life(), std::move(token)};
}

// An attempt with an unknown address stores no address, only a digest that distinguishes addresses.
void Logins::turn_away(Transaction& tx, const Opening& opening, const RequestOrigin& origin) {
    using enum events::AuditOutcome;
    AuditDraft draft{.action = "auth.login",
                     .object = opening.user ? opening.user->id : "unknown",
                     .outcome = opening.guess.locked ? denied : failed,
                     .details = {{"reason", opening.guess.locked ? "locked" : "wrong"}}};
    if (!opening.user) draft.details["email"] = opening.email_digest.substr(0, 16);
    // As often as strangers like: it holds nobody up who waits for the log.
    if (opening.user)
        record(tx, origin, draft);
    else
        record_later(tx, origin, draft);
}

// ---- staying logged in

// The next token follows from the one before, with a key only we have: an answer that got lost can be given
// again, word for word, and no token is kept.
std::string Logins::successor_of(const std::string& token) const {
    return core::keyed_digest(config_.key.reveal(), "refresh " + token);
}

Tokens Logins::exchange(Transaction& tx, const std::string& sha256, const std::string& token,
                        const std::string& session_id, const User& user) {
    auto next = successor_of(token);
    const auto next_sha256 = core::sha256_hex(next);
    store::insert_refresh_token(tx, next_sha256, session_id, config_.life.idle);
    store::set_used(tx, sha256, next_sha256);
    return {keys_.sign(caller_of(user)), keys_.token_life(), std::move(next)};
}

Result<Tokens> Logins::refresh(const std::string& token, const RequestOrigin& origin) {
    const auto sha256 = core::sha256_hex(token);
    bool reuse = false;
    // A session that is ended here must stay so: this is committed, whatever is answered.
    auto tokens = db_.transact([&](Transaction& tx) -> std::optional<Tokens> {
        reuse = false;
        const auto session = store::find_session_for_update(tx, sha256);
        if (!session) return {};
        const auto user = store::find_user(tx, session->user_id);
        if (!user || user->state != UserState::active) return {};
        switch (judge(session->refresh, config_.life, core::now())) {
            case Refresh::exchange: return exchange(tx, sha256, token, session->id, *user);
            case Refresh::repeat:
                return Tokens{keys_.sign(caller_of(*user)), keys_.token_life(), successor_of(token)};
            case Refresh::reuse:
                reuse = true;
                store::revoke_session(tx, session->id, "reuse");
                record(tx, origin,
                       {.action = "auth.refresh_token_reused",
                        .object = user->id,
                        .outcome = events::AuditOutcome::denied,
                        .details = {{"session", session->id}}});
                return {};
            case Refresh::refused: return {};
        }
        return {};
    });
    if (reuse) reused_(1);
    if (!tokens) return wrong_token();
    refreshed_(1);
    return *std::move(tokens);
}

void Logins::log_out(const std::string& token, const RequestOrigin& origin) {
    db_.transact([&](Transaction& tx) {
        const auto session = store::find_session_for_update(tx, core::sha256_hex(token));
        if (!session || session->refresh.revoked) return;
        store::revoke_session(tx, session->id, "logout");
        record(tx, origin,
               {.action = "auth.logout", .object = session->user_id, .details = {{"session", session->id}}});
    });
}

}  // namespace auth
