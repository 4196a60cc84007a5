#include "auth/accounts/password_service.hpp"

#include "auth/event_publisher.hpp"
#include "auth/sessions/session_store.hpp"
#include "auth/users/password.hpp"
#include "auth/users/user_store.hpp"
#include "core/digest.hpp"

namespace auth {
namespace {

using core::Result;
using postgres::Transaction;

constexpr auto kTokenWorthless = "is wrong, was used already, or has expired";
core::Error token_worthless() {
    return core::invalid("token", kTokenWorthless);
}

// Empty when the password may be.
std::vector<core::FieldError> faults_of(const std::string& field, const std::string& password,
                                        const std::string& email) {
    std::vector<core::FieldError> errors;
    for (auto& fault : password_faults(password, email)) errors.push_back({field, std::move(fault)});
    return errors;
}

RequestOrigin by(const RequestOrigin& origin, const User& user) {
    auto known = origin;
    known.caller = http::Caller{user.id, user.role, std::nullopt};
    return known;
}

}  // namespace

Passwords::Config Passwords::Config::read(core::Environment& environment) {
    return {
        std::chrono::seconds{environment.number(
            {"PASSWORD_RESET_TTL_S", "seconds the link of a password reset is good for"}, 1800, 1, 86400)},
        std::chrono::seconds{environment.number(
            {"EMAIL_VERIFICATION_TTL_S", "seconds the link that proves an address, or invites, is good for"},
            2 * 86400, 1, 30 * 86400)}};
}

// Who is invited has more time than who has asked.
std::chrono::seconds Passwords::life_of(const User& user, MailPurpose purpose) const {
    const bool asked = purpose == MailPurpose::password_reset && user.password_hash;
    return asked ? config_.reset_life : config_.verification_life;
}

// The newest is the one that counts. One a minute, so that nobody's mailbox is filled by somebody else.
void Passwords::mail(Transaction& tx, const User& user, MailPurpose purpose, const telemetry::Trace& trace) {
    const bool proves = purpose == MailPurpose::email_verification;
    auto to = user;
    if (proves && user.pending_email) to.email = *user.pending_email;
    const auto token = core::random_token();
    store::delete_mailed_tokens(tx, user.id, purpose);
    store::insert_mailed_token(tx, core::sha256_hex(token), purpose, user.id, to.email,
                               life_of(user, purpose));
    publish_mail(tx, to, purpose, token, trace);
}

void Passwords::set(Transaction& tx, User user, const std::string& hash) {
    user.password_hash = hash;
    user.pending_email.reset();
    store::save_user(tx, user);
    store::revoke_sessions_of(tx, user.id, "password");
    store::delete_all_mailed_tokens(tx, user.id);
}

// ---- forgotten

void Passwords::ask_for_reset(const std::string& email) {
    db_.single([&](Transaction& tx) { store::insert_reset_request(tx, email); });
}

bool Passwords::answer_reset_requests() {
    constexpr int kAtOnce = 50;
    return db_.transact([&](Transaction& tx) {
        const auto emails = store::take_reset_requests(tx, kAtOnce);
        const auto origin = RequestOrigin::ours();
        std::vector<AuditDraft> sent;
        for (const auto& email : emails) {
            const auto found = store::find_user_by_email(tx, email);
            if (!found) continue;
            const auto user = store::find_user_for_update(tx, found->id);
            if (!user || user->state != UserState::active || user->email != email) continue;
            if (store::mailed_lately(tx, user->id, MailPurpose::password_reset)) continue;
            mail(tx, *user, MailPurpose::password_reset, origin.trace);
            sent.push_back({.action = "auth.password_reset_mailed", .object = user->id});
        }
        record(tx, origin, sent);
        return emails.size() == kAtOnce;
    });
}

Result<void> Passwords::reset(const std::string& token, const std::string& password,
                              const RequestOrigin& origin) {
    const auto sha256 = core::sha256_hex(token);
    const auto asked = db_.single(
        [&](Transaction& tx) { return store::find_mailed_token(tx, sha256, MailPurpose::password_reset); });
    auto errors = faults_of("password", password, asked ? asked->email : "");
    if (!asked) errors.push_back({"token", kTokenWorthless});
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto hash = hasher_.hash(password);
    return db_.transact([&](Transaction& tx) -> Result<void> {
        const auto taken = store::take_mailed_token(tx, sha256, MailPurpose::password_reset);
        if (!taken) return token_worthless();
        auto user = store::find_user_for_update(tx, taken->user_id);
        if (!user || user->state != UserState::active || user->email != taken->email)
            return token_worthless();
        // Who has the token reads that address.
        const bool verified_now = !user->email_verified_at;
        if (verified_now) user->email_verified_at = core::now();
        set(tx, *user, hash);
        login_throttle_.forget(tx, user->email);
        if (verified_now && user->role == http::Role::client) publish_email_verified(tx, *user, origin.trace);
        record(tx, by(origin, *user), {.action = "auth.password_reset", .object = user->id});
        return {};
    });
}

// ---- changed

Result<void> Passwords::change(const std::string& user_id, const std::string& old_password,
                               const std::string& new_password, const RequestOrigin& origin) {
    const auto user = db_.single([&](Transaction& tx) { return store::find_user(tx, user_id); });
    if (!user || user->state != UserState::active || !user->password_hash)
        return core::not_found("there is no such user any more");
    const auto guess =
        db_.transact([&](Transaction& tx) { return login_throttle_.begin(tx, user->email, origin.address); });
    auto errors = faults_of("new_password", new_password, user->email);
    if (guess.locked)
        errors.push_back({"old_password", "was wrong too often, try again later"});
    else if (!hasher_.verify(*user->password_hash, old_password))
        errors.push_back({"old_password", "is wrong"});
    else
        db_.transact([&](Transaction& tx) { login_throttle_.succeeded(tx, guess); });
    if (!errors.empty()) {
        db_.transact([&](Transaction& tx) {
            record(tx, origin,
                   {.action = "auth.password_changed",
                    .object = user_id,
                    .outcome = events::AuditOutcome::failed});
        });
        return core::invalid(std::move(errors));
    }
    const auto hash = hasher_.hash(new_password);
    return db_.transact([&](Transaction& tx) -> Result<void> {
        const auto now_there = store::find_user_for_update(tx, user_id);
        if (!now_there || now_there->password_hash != user->password_hash)
            return core::conflict("the password was changed at the same time");
        set(tx, *now_there, hash);
        record(tx, origin, {.action = "auth.password_changed", .object = user_id});
        return {};
    });
}

// ---- addresses

Result<void> Passwords::verify_email(const std::string& token, const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<void> {
        const auto taken =
            store::take_mailed_token(tx, core::sha256_hex(token), MailPurpose::email_verification);
        if (!taken) return token_worthless();
        auto user = store::find_user_for_update(tx, taken->user_id);
        if (!user || user->state == UserState::erased) return token_worthless();
        if (user->pending_email == taken->email) {
            if (store::find_user_by_email(tx, taken->email))
                return core::conflict("somebody else has this e-mail address by now");
            user->email = *std::exchange(user->pending_email, std::nullopt);
        } else if (user->email != taken->email) {
            return token_worthless();
        }
        user->email_verified_at = core::now();
        store::save_user(tx, *user);
        ++user->version;
        if (user->role == http::Role::client) publish_email_verified(tx, *user, origin.trace);
        record(tx, by(origin, *user), {.action = "auth.email_verified", .object = user->id});
        return {};
    });
}

Result<void> Passwords::resend_verification(const std::string& user_id, const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<void> {
        const auto user = store::find_user_for_update(tx, user_id);
        if (!user || user->state != UserState::active) return core::not_found("no user " + user_id);
        if ((user->email_verified_at && !user->pending_email) ||
            store::mailed_lately(tx, user->id, MailPurpose::email_verification) ||
            !login_throttle_.may_mail(tx, user->id))
            return {};
        mail(tx, *user, MailPurpose::email_verification, origin.trace);
        return {};
    });
}

}  // namespace auth
