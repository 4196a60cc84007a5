#include "clients/event_publisher.hpp"

#include "contracts/client_event.hpp"
#include "events/event.hpp"
#include "mail/mail_request.hpp"

namespace clients::news {
namespace {

// Whether what is told of may stay in the outbox when everybody knows it.
enum class Keep { yes, no };

void publish(Transaction& tx, std::string type, const Client& client, std::int64_t version, std::string data,
             Keep keep, const Trace& trace) {
    const events::NewEvent event{.type = std::move(type),
                                 .subject = client.id.value(),
                                 .version = version,
                                 .data = std::move(data),
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
    const contracts::ClientRegistered event{.client_id = client.id.value(),
                                            .email = client.email,
                                            .name = client.profile.name,
                                            .locale = client.profile.locale,
                                            .email_verified_at = client.email_verified_at,
                                            .sealed_password = sealed_password};
    publish(tx, "client.registered", client, client.version, to_json(event), Keep::no, trace);
}

void changed(Transaction& tx, const Client& client, const std::vector<std::string>& fields,
             const Trace& trace) {
    const contracts::ClientChanged event{.client_id = client.id.value(), .fields = fields};
    publish(tx, "client.changed", client, client.version, to_json(event), Keep::yes, trace);
}

void email_changed(Transaction& tx, const Client& client, const std::string& email, const Trace& trace) {
    const contracts::ClientEmailChanged event{.client_id = client.id.value(), .email = email};
    publish(tx, "client.email_changed", client, client.version, to_json(event), Keep::no, trace);
}

void password_changed(Transaction& tx, const Client& client, const PasswordChangeId& change,
                      const std::string& sealed_passwords, const Trace& trace) {
    const contracts::ClientPasswordChanged event{
        .client_id = client.id.value(), .change_id = change.value(), .sealed = sealed_passwords};
    publish(tx, "client.password_changed", client, client.version, to_json(event), Keep::no, trace);
}

void erased(Transaction& tx, const Client& client, std::int64_t version, const Trace& trace) {
    // Orders without a client are theirs only when the address is proven to be.
    const contracts::ClientErased event{.client_id = client.id.value(),
                                        .email = client.email,
                                        .email_verified = client.email_verified_at.has_value()};
    publish(tx, "client.erased", client, version, to_json(event), Keep::no, trace);
}

void already_registered(Transaction& tx, const Client& client, const Trace& trace) {
    mail(tx, mail::Template::already_registered, client, trace);
}

void email_change_requested(Transaction& tx, const Client& client, const Trace& trace) {
    mail(tx, mail::Template::email_change_requested, client, trace);
}

}  // namespace clients::news
