// Mails the suite sends: asked for by an event in the transaction they tell of, written in the reader's
// language.
//
//   mail::request(tx, {.which = mail::Template::order_paid, .to = {email, name}, .locale = "fr",
//                      .variables = {{"order", id}}}, id, version, trace);
//
// The event is mail.requested; a sink of EVENT_SINKS (see mail_sinks) sends it. It is erased from the outbox
// once that is done, because it may hold a token.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/enum_names.hpp"
#include "core/result.hpp"
#include "events/event.hpp"
#include "postgres/database.hpp"
#include "telemetry/trace_context.hpp"

namespace mail {

enum class Template {
    email_verification,      // token
    password_reset,          // token
    already_registered,      // –
    email_change_requested,  // –
    order_paid,              // order, total
    order_shipped,           // order, carrier, tracking_number (may be empty)
    order_canceled,          // order
};
constexpr core::Names<Template, 7> kTemplates{{{Template::email_verification, "email_verification"},
                                               {Template::password_reset, "password_reset"},
                                               {Template::already_registered, "already_registered"},
                                               {Template::email_change_requested, "email_change_requested"},
                                               {Template::order_paid, "order_paid"},
                                               {Template::order_shipped, "order_shipped"},
                                               {Template::order_canceled, "order_canceled"}}};

struct Mailbox {
    std::string email;
    std::string name;  // may be empty
};

struct Request {
    Template which;
    Mailbox to;
    std::string locale;  // its language decides; English where we don't speak it
    std::map<std::string, std::string> variables = {};
};

// `subject` is the id of what the mail is about, whose row is locked; mails about one thing go out in order.
void request(postgres::Transaction& tx, const Request& request, const std::string& subject,
             std::int64_t version, const telemetry::Trace& trace);
// The event alone, for those that tell more than that.
events::NewEvent event_of(const Request& request, const std::string& subject, std::int64_t version);

// {"template","to":{"email","name"},"locale","variables":{…}}
std::string to_json(const Request& request);
// `invalid` with all wrong fields.
core::Result<Request> read_request(std::string_view data);
// Its reader was erased before it went out, and with them what it was to say: it counts as sent.
bool is_erased(std::string_view data);
constexpr auto kErasedData = R"({"erased": true})";

}  // namespace mail
