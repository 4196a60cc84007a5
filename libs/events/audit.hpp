// What somebody did that must stay known: an entry for the audit log of `auth`, told as an event in the
// transaction of what was done.
//
//   audit(tx, request, "payment.event_replayed", event_id, AuditOutcome::done);
#pragma once

#include <string>
#include <string_view>

#include "core/enum_names.hpp"
#include "core/json.hpp"
#include "http/message.hpp"
#include "postgres/database.hpp"

namespace events {

enum class AuditOutcome { done, denied, failed };
constexpr core::Names<AuditOutcome, 3> kAuditOutcomes{
    {{AuditOutcome::done, "done"}, {AuditOutcome::denied, "denied"}, {AuditOutcome::failed, "failed"}}};

// The event audit.recorded; who did it and from where is taken from the request. `action` is
// <service>.<what_was_done>, `object` the id it was done to. `details` is a flat object without secrets and
// without anything about a person.
void audit(postgres::Transaction& tx, const http::Request& request, std::string_view action,
           std::string_view object, AuditOutcome outcome,
           const core::json::Value& details = core::json::Value::object());

// Where a request came from, as the gateway says; empty when it came past the gateway.
std::string address_of(const http::Request& request);

}  // namespace events
