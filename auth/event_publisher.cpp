#include "auth/event_publisher.hpp"

#include "contracts/user_event.hpp"
#include "events/event.hpp"
#include "mail/mail_request.hpp"

namespace auth {
namespace {

void publish(postgres::Transaction& tx, const User& user, std::string type, std::string data,
             const telemetry::Trace& trace, bool erase_data) {
    const events::NewEvent event{.type = std::move(type),
                                 .subject = user.id,
                                 .version = user.version,
                                 .data = std::move(data),
                                 .erase_data = erase_data};
    events::publish(tx, {&event, 1}, trace);
}

mail::Template template_of(MailPurpose purpose) {
    switch (purpose) {
        case MailPurpose::password_reset: return mail::Template::password_reset;
        case MailPurpose::email_verification: break;
    }
    return mail::Template::email_verification;
}

}  // namespace

void publish_mail(postgres::Transaction& tx, const User& user, MailPurpose purpose, const std::string& token,
                  const telemetry::Trace& trace) {
    mail::request(tx,
                  {.which = template_of(purpose),
                   .to = {.email = user.email, .name = user.name},
                   .locale = user.locale,
                   .variables = {{"token", token}}},
                  user.id, user.version, trace);
}

void publish_email_verified(postgres::Transaction& tx, const User& user, const telemetry::Trace& trace) {
    const contracts::UserEmailVerified event{.client_id = user.id, .email = user.email};
    publish(tx, user, "user.email_verified", contracts::to_json(event), trace, true);
}

void publish_password_settled(postgres::Transaction& tx, const User& user, const std::string& change_id,
                              const std::string& reason, const telemetry::Trace& trace) {
    const contracts::UserPasswordSettled event{
        .client_id = user.id, .change_id = change_id, .applied = reason.empty(), .reason = reason};
    publish(tx, user, "user.password_settled", contracts::to_json(event), trace, false);
}

}  // namespace auth
