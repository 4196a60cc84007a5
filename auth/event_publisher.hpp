// What auth publishes: mails to be sent, addresses proved, changes of passwords settled.
#pragma once

#include <string>

#include "auth/accounts/mailed_token_store.hpp"
#include "auth/users/user.hpp"
#include "postgres/database.hpp"
#include "telemetry/trace_context.hpp"

namespace auth {

// The user's row must be locked.
void publish_mail(postgres::Transaction& tx, const User& user, MailPurpose purpose, const std::string& token,
                  const telemetry::Trace& trace);
void publish_email_verified(postgres::Transaction& tx, const User& user, const telemetry::Trace& trace);
// `reason` is empty when it was applied.
void publish_password_settled(postgres::Transaction& tx, const User& user, const std::string& change_id,
                              const std::string& reason, const telemetry::Trace& trace);

}  // namespace auth
