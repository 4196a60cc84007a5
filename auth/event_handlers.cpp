#include "auth/event_handlers.hpp"

#include "auth/event_publisher.hpp"
#include "auth/sessions/session_store.hpp"
#include "auth/users/password.hpp"
#include "auth/users/user_store.hpp"
#include "contracts/client_event.hpp"
#include "mail/mail_request.hpp"
#include "security/sealed_box.hpp"

namespace auth {
namespace {

using core::json::Value;
using events::Event;
using postgres::Transaction;

// The members of an event's data that must be texts; the others do not matter here.
template <std::size_t N>
core::Result<std::array<std::string, N>> read_texts(const Event& event,
                                                    const std::array<const char*, N>& names) {
    const auto data = Value::parse(event.data, false);
    std::array<std::string, N> texts;
    for (std::size_t i = 0; i < N; ++i) {
        const auto member = data.find(names[i]);
        if (member == nullptr || !member->is_string())
            return core::malformed(std::string{names[i]} + " is missing or no text");
        texts[i] = member->template get<std::string>();
    }
    return texts;
}

core::Error not_here(const std::string& id) {
    return core::not_found("there is no user " + id + " yet");
}

// By whom it was done is known to the service that told of it.
void note(Transaction& tx, const Event& event, const std::string& action, const std::string& user_id,
          events::AuditOutcome outcome = events::AuditOutcome::done) {
    record_later(tx, {.seq = 0,
                      .at = event.time,
                      .action = action,
                      .subject = user_id,
                      .role = "client",
                      .object = user_id,
                      .outcome = std::string{core::name_of(events::kAuditOutcomes, outcome)},
                      .request_id = event.id,
                      .address = "",
                      .details = "{}",
                      .sha256 = ""});
}

telemetry::Trace trace_of(const Event& event) {
    return telemetry::Trace::continue_from(event.traceparent);
}

// Every change of an address is told with the same kind of version, so an older one is known for what it is.
bool is_newest_address(Transaction& tx, const Event& event) {
    return events::is_newest(tx, "client.email", event);
}

}  // namespace

PasswordSeal PasswordSeal::read(core::Environment& environment) {
    constexpr auto kSecretKeys = "PASSWORD_SEAL_SECRET_KEY";
    PasswordSeal seal{
        security::sealed_box::read_public_keys(
            environment,
            {"PASSWORD_SEAL_PUBLIC_KEY",
             "32 bytes in base64 (X25519), as clients has it; several with commas while it is exchanged"}),
        security::sealed_box::read_secret_keys(
            environment,
            {kSecretKeys,
             "its other half, which opens passwords that clients has sealed; as many, in the same order"})};
    if (seal.public_keys.size() != seal.secret_keys.size())
        environment.fault(kSecretKeys, "and PASSWORD_SEAL_PUBLIC_KEY have not the same number of keys");
    return seal;
}

std::optional<std::string> PasswordSeal::open(std::string_view sealed) const {
    for (std::size_t i = 0; i < public_keys.size(); ++i) {
        if (auto text = security::sealed_box::unseal(public_keys[i], secret_keys[i], sealed)) return text;
    }
    return {};
}

void EventHandlers::register_handlers(events::Inbox& inbox) {
    inbox.on("client.registered", [this](auto& tx, const auto& event) { return registered(tx, event); });
    inbox.on("client.email_changed",
             [this](auto& tx, const auto& event) { return email_changed(tx, event); });
    inbox.on("client.password_changed",
             [this](auto& tx, const auto& event) { return password_changed(tx, event); });
    inbox.on("client.erased", [this](auto& tx, const auto& event) { return erased(tx, event); });
    inbox.on("audit.recorded", audited);
}

// The hash of the password a registration brought; none when it is published again without one.
core::Result<std::optional<std::string>> EventHandlers::hash_of(const std::optional<std::string>& sealed) {
    if (!sealed) return std::optional<std::string>{};
    const auto password = seal_.open(*sealed);
    if (!password || password->empty()) return core::malformed("the password is not sealed for us");
    return std::optional{hasher_.hash(*password)};
}

EventHandlers::Result EventHandlers::registered(Transaction& tx, const Event& event) {
    const auto client = contracts::client_registered_from_json(event.data);
    if (!client) return client.error();
    const auto& [id, address, name, locale, email_verified_at, sealed_password] = *client;
    const auto email = canonical_email(address);
    if (!email) return core::malformed("email is no e-mail address");
    if (const auto user = store::find_user_for_update(tx, id))  // came before, or was erased before it came
        return user->state == UserState::erased
                   ? Result{}
                   : handle_repeated_registration(tx, event, *user, *email, email_verified_at);
    const auto hash = hash_of(sealed_password);
    if (!hash) return hash.error();
    if (const auto owner = store::find_user_by_email(tx, *email))
        return refuse_address(tx, event, id, owner->id);
    const User user{.id = id,
                    .email = *email,
                    .name = name,
                    .locale = is_locale(locale) ? locale : "en",
                    .role = http::Role::client,
                    .password_hash = *hash};
    if (!store::insert_user(tx, user)) return core::conflict("another user has this e-mail address");
    is_newest_address(tx, event);
    const auto purpose = *hash ? MailPurpose::email_verification : MailPurpose::password_reset;
    passwords_.mail(tx, user, purpose, trace_of(event));
    note(tx, event, "auth.client_registered", id);
    return {};
}

// Whose copy of this database was restored knows an address that somebody else may read by now. The one
// proved last is the one to log in with.
EventHandlers::Result EventHandlers::handle_repeated_registration(Transaction& tx, const Event& event,
                                                                  User user, const std::string& email,
                                                                  std::optional<core::Time> proved) {
    const bool is_known = user.email == email && user.email_verified_at;
    if (user.role != http::Role::client || !proved || is_known || user.email_verified_at >= proved) return {};
    if (user.email != email && store::find_user_by_email(tx, email))
        return core::conflict("another user has this e-mail address");
    user.email = email;
    user.email_verified_at = proved;
    if (user.pending_email == email) user.pending_email.reset();
    store::save_user(tx, user);
    store::delete_all_mailed_tokens(tx, user.id);
    note(tx, event, "auth.email_verified", user.id);
    return {};
}

// A client's address may be free in a moment, then it is tried again. That of somebody who runs the shop
// stays theirs: they are told, and the registration comes to nothing.
EventHandlers::Result EventHandlers::refuse_address(Transaction& tx, const Event& event,
                                                    const std::string& id, const std::string& owner_id) {
    const auto owner = store::find_user_for_update(tx, owner_id);
    if (!owner || owner->role == http::Role::client || owner->email.empty())
        return core::conflict("another user has this e-mail address");
    if (login_throttle_.may_mail(tx, owner->id))
        mail::request(tx,
                      {.which = mail::Template::already_registered,
                       .to = {.email = owner->email, .name = owner->name},
                       .locale = owner->locale},
                      owner->id, owner->version, trace_of(event));
    note(tx, event, "auth.client_registered", id, events::AuditOutcome::failed);
    return {};
}

// The address one logs in with stays until the new one is proved.
EventHandlers::Result EventHandlers::email_changed(Transaction& tx, const Event& event) {
    const auto client = contracts::client_email_changed_from_json(event.data);
    if (!client) return client.error();
    const auto& [id, address] = *client;
    const auto email = canonical_email(address);
    if (!email) return core::malformed("email is no e-mail address");
    auto user = store::find_user_for_update(tx, id);
    if (!user) return not_here(id);
    if (user->state == UserState::erased || !is_newest_address(tx, event)) return {};
    user->pending_email = *email == user->email ? std::nullopt : email;
    store::save_user(tx, *user);
    store::delete_mailed_tokens(tx, id, MailPurpose::email_verification);
    // Sent to wherever somebody wishes, so not without end; the user may ask for it later.
    if ((user->pending_email || !user->email_verified_at) && login_throttle_.may_mail(tx, id))
        passwords_.mail(tx, *user, MailPurpose::email_verification, trace_of(event));
    note(tx, event, "auth.email_change_asked", id);
    return {};
}

std::string EventHandlers::change_password(Transaction& tx, const User& user, const std::string& passwords) {
    if (user.state != UserState::active || !user.password_hash) return "the account is closed";
    const auto both = Value::parse(passwords, false);
    if (!both.is_object() || !both.value("old", Value{}).is_string() ||
        !both.value("new", Value{}).is_string())
        return "the passwords are not readable";
    const auto guess = login_throttle_.begin(tx, user.email, "");
    if (guess.locked) return "the old password was wrong too often, try again later";
    if (!hasher_.verify(*user.password_hash, both["old"].get<std::string>()))
        return "the old password is wrong";
    login_throttle_.succeeded(tx, guess);
    const auto wanted = both["new"].get<std::string>();
    if (const auto faults = password_faults(wanted, user.email); !faults.empty())
        return "the new password " + faults.front();
    passwords_.set(tx, user, hasher_.hash(wanted));
    return "";
}

EventHandlers::Result EventHandlers::password_changed(Transaction& tx, const Event& event) {
    const auto change = contracts::client_password_changed_from_json(event.data);
    if (!change) return change.error();
    const auto& [id, change_id, sealed] = *change;
    const auto user = store::find_user_for_update(tx, id);
    if (!user) return not_here(id);
    if (store::is_settled(tx, change_id)) return {};
    const auto passwords = seal_.open(sealed);
    if (!passwords) return core::malformed("the passwords are not sealed for us");
    const auto reason = change_password(tx, *user, *passwords);
    store::insert_settled(tx, change_id, id, reason.empty());
    publish_password_settled(tx, *user, change_id, reason, trace_of(event));
    note(tx, event, "auth.password_changed", id,
         reason.empty() ? events::AuditOutcome::done : events::AuditOutcome::failed);
    return {};
}

EventHandlers::Result EventHandlers::erased(Transaction& tx, const Event& event) {
    const auto client = contracts::client_erased_from_json(event.data);
    if (!client) return client.error();
    const auto& id = client->client_id;
    const User nobody{
        .id = id, .email = "", .name = "", .role = http::Role::client, .state = UserState::erased};
    const auto before = store::find_user_for_update(tx, id);
    if (before && before->state == UserState::erased) return {};
    if (before)
        store::save_user(tx, nobody);
    else if (!store::insert_user(tx, nobody))
        return core::conflict("it is being made at this moment");
    store::revoke_sessions_of(tx, id, "erased");
    store::delete_all_mailed_tokens(tx, id);
    store::erase_published(tx, id);
    note(tx, event, "auth.client_erased", id);
    return {};
}

// Who did what, as the service that told of it says.
EventHandlers::Result EventHandlers::audited(Transaction& tx, const Event& event) {
    const auto texts = read_texts(event, std::array{"action", "object", "outcome", "request_id", "address"});
    if (!texts) return texts.error();
    const auto& [action, object, outcome, request_id, address] = *texts;
    const auto data = Value::parse(event.data);
    const auto actor = data.value("actor", Value{});
    const auto text_of = [&](const char* name) -> std::optional<std::string> {
        if (!actor.is_object() || !actor.value(name, Value{}).is_string()) return {};
        return actor[name].get<std::string>();
    };
    const contracts::AuditEntry entry{.seq = 0,
                                      .at = event.time,
                                      .action = action,
                                      .subject = text_of("subject"),
                                      .role = text_of("role"),
                                      .object = object,
                                      .outcome = outcome,
                                      .request_id = request_id,
                                      .address = address,
                                      .details = data.value("details", Value::object()).dump(),
                                      .sha256 = ""};
    if (const auto fault = fault_of(entry); !fault.empty()) return core::malformed(fault);
    record_later(tx, entry);
    return {};
}

}  // namespace auth
