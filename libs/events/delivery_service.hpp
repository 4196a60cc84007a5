// Outgoing events as an admin sees them: each on its way to each destination, with its tries, its last
// failure, and what can be done about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "events/outbox_store.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace events {

using DeliveryId = store::DeliveryId;

enum class DeliveryStatus { open, waiting, delivered, parked, discarded };
std::string_view to_string(DeliveryStatus status);
std::optional<DeliveryStatus> parse_delivery_status(std::string_view text);

struct Delivery {
    DeliveryId id;
    std::string destination;
    DeliveryStatus status;
    std::int64_t tries;
    std::string reason;  // of the last failure
    std::optional<core::Time> due_at, tried_at, closed_at;
    core::Time created_at;
    std::int64_t seq;     // the event's in the outbox
    Event event;          // without its source
    bool data_is_hidden;  // erased, or nothing for an admin's eyes: a mail with a link that logs in
};

struct DeliveryFilter {
    std::optional<DeliveryStatus> status;
    std::optional<std::string> destination, type, subject;
};

class Deliveries {
public:
    // What an admin does here gets into the audit log, as <service>.….
    Deliveries(postgres::Database& db, std::string service) : db_(db), service_(std::move(service)) {}

    core::Result<Delivery> find(const DeliveryId& id);
    // Newest first, one more than the page has when there is more.
    std::vector<Delivery> list(const DeliveryFilter& filter, const rest::Page& page);
    // It is tried again now, with all its tries before it; a conflict when its data has been erased.
    core::Result<Delivery> replay(const DeliveryId& id, const http::Request& by);
    // It is not tried again, and its key goes on; a conflict when it was delivered.
    core::Result<Delivery> discard(const DeliveryId& id, const http::Request& by);
    struct Report {
        std::int64_t matched = 0;
        std::int64_t done = 0;
    };
    // Parked ones, the oldest first. A dry run only counts them.
    Report replay_all(const DeliveryFilter& filter, int most, bool dry_run, const http::Request& by);
    Report discard_all(const DeliveryFilter& filter, int most, bool dry_run, const http::Request& by);

    struct Redelivery {
        std::string destination;
        core::Time since, until;
    };
    struct RedeliveryReport {
        std::int64_t matched = 0;
        std::int64_t done = 0;
        std::int64_t erased = 0;  // among all of that time: their data is gone, so they can't be told again
    };
    // What was delivered to one destination from `since` on and before `until` is told to it again, the
    // oldest first: it was restored as it was at `since`. Those done are not matched again.
    RedeliveryReport resend(const Redelivery& wanted, int most, bool dry_run, const http::Request& by);

private:
    template <class Act>
    Report act_on_parked(DeliveryFilter filter, int most, bool dry_run, const http::Request& by,
                         const char* action, Act act);

    postgres::Database& db_;
    const std::string service_;
};

// GET /api/v1/<service>/deliveries and what belongs to it.
std::vector<http::Route> delivery_routes(Deliveries& deliveries, const std::string& service);

}  // namespace events
