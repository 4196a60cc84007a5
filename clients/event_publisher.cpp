#include "clients/event_publisher.hpp"

#include "core/json.hpp"

#include "events/event.hpp"
#include "mail/mail_request.hpp"

namespace clients::news {
namespace {

using Json = core::json::Value;

// Whether what is told of may stay in the outbox when everybody knows it.
enum class Keep { yes, no };

void publish(Transaction& tx, std::string type, const Client& client, std::int64_t version, const Json& data,
          Keep keep, const Trace& trace) {
    const events::NewEvent event{.type = std::move(type),
                                       .subject = client.id.value(),
                                       .version = version,
                                       .data = data.dump(),
                                       .erase_data = keep == Keep::no};
    events::publish(tx, {&event, 1}, trace);
}

void mail(Transaction& tx, mail::Template which, const Client& client, const Trace& trace) {
    mail::request(tx,
                        {.which = which,
                         .to = {.email = client.email, .name = client.profile.name},
                         .locale = client.profile.locale},
                        client.id.value(), client.version, trace);
}

}  // namespace

void registered(Transaction& tx, const Client& client, const std::optional<std::string>& sealed_password,
                const Trace& trace) {
    publish(tx, "client.registered", client, client.version,
         {{"client_id", client.id.value()},
          {"email", client.email},
          {"name", client.profile.name},
          {"locale", client.profile.locale},
          {"email_verified_at",
           client.email_verified_at ? Json(core::to_rfc3339(*client.email_verified_at)) : Json()},
          {"sealed_password", sealed_password ? Json(*sealed_password) : Json()}},
         Keep::no, trace);
}

void changed(Transaction& tx, const Client& client, const std::vector<std::string>& fields,
             const Trace& trace) {
    publish(tx, "client.changed", client, client.version, {{"client_id", client.id.value()}, {"fields", fields}},
         Keep::yes, trace);
}

void email_changed(Transaction& tx, const Client& client, const std::string& email, const Trace& trace) {
    publish(tx, "client.email_changed", client, client.version,
         {{"client_id", client.id.value()}, {"email", email}}, Keep::no, trace);
}

void password_changed(Transaction& tx, const Client& client, const PasswordChangeId& change,
                      const std::string& sealed_passwords, const Trace& trace) {
    publish(tx, "client.password_changed", client, client.version,
         {{"client_id", client.id.value()}, {"change_id", change.value()}, {"sealed", sealed_passwords}},
         Keep::no, trace);
}

void erased(Transaction& tx, const Client& client, std::int64_t version, const Trace& trace) {
    publish(tx, "client.erased", client, version,
         {{"client_id", client.id.value()},
          {"email", client.email},
          // Orders without a client are theirs only when the address is proven to be.
          {"email_verified", client.email_verified_at.has_value()}},
         Keep::no, trace);
}

void already_registered(Transaction& tx, const Client& client, const Trace& trace) {
    mail(tx, mail::Template::already_registered, client, trace);
}

void email_change_requested(Transaction& tx, const Client& client, const Trace& trace) {
    mail(tx, mail::Template::email_change_requested, client, trace);
}

}  // namespace clients::news
