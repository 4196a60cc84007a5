#include "auth/accounts/account_events.hpp"

#include "events/event.hpp"
#include "core/json.hpp"

namespace auth {
namespace {

using core::json::Value;

void publish(postgres::Transaction& tx, const User& user, std::string type, const Value& data,
          const telemetry::Trace& trace, bool forget_data = false) {
    const events::NewEvent event{.type = std::move(type),
                                       .subject = user.id,
                                       .version = user.version,
                                       .data = data.dump(),
                                       .erase_data = forget_data};
    events::publish(tx, {&event, 1}, trace);
}

}  // namespace

void publish_mail(postgres::Transaction& tx, const User& user, MailPurpose purpose, const std::string& token,
               const telemetry::Trace& trace) {
    publish(tx, user, "mail.requested",
         {{"template", to_string(purpose)},
          {"to", {{"email", user.email}, {"name", user.name}}},
          {"locale", user.locale},
          {"variables", {{"token", token}}}},
         trace, true);
}

void publish_email_verified(postgres::Transaction& tx, const User& user, const telemetry::Trace& trace) {
    publish(tx, user, "user.email_verified", {{"client_id", user.id}, {"email", user.email}}, trace, true);
}

void publish_password_settled(postgres::Transaction& tx, const User& user, const std::string& change_id,
                           const std::string& reason, const telemetry::Trace& trace) {
    Value data{{"client_id", user.id},
               {"change_id", change_id},
               {"outcome", reason.empty() ? "applied" : "refused"},
               {"reason", reason}};
    publish(tx, user, "user.password_settled", data, trace);
}

}  // namespace auth
