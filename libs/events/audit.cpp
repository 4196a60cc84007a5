#include "events/audit.hpp"

#include "events/event.hpp"

namespace events {
namespace {

core::json::Value actor_of(const http::Request& request) {
    if (!request.caller) return {};
    return {{"subject", request.caller->subject}, {"role", to_string(request.caller->role)}};
}

}  // namespace

// The gateway takes off what a client sent, so the last one is the gateway's.
std::string address_of(const http::Request& request) {
    const auto* header = request.header("x-forwarded-for");
    if (header == nullptr) return {};
    auto address = header->substr(header->rfind(',') + 1);
    address.erase(0, address.find_first_not_of(' '));
    return address.size() <= 45 ? address : std::string{};
}

void audit(postgres::Transaction& tx, const http::Request& request, std::string_view action,
           std::string_view object, AuditOutcome outcome, const core::json::Value& details) {
    const core::json::Value data{{"action", action},
                                 {"actor", actor_of(request)},
                                 {"object", object},
                                 {"outcome", core::name_of(kAuditOutcomes, outcome)},
                                 {"request_id", request.request_id},
                                 {"address", address_of(request)},
                                 {"details", details}};
    // Entries have no versions; the log's own order is that of their arrival.
    const events::NewEvent event{.type = "audit.recorded",
                                 .subject = std::string{object},
                                 .version = core::to_unix_us(core::now()),
                                 .data = data.dump(),
                                 .erase_data = true};
    events::publish(tx, {&event, 1}, request.trace);
}

}  // namespace events
