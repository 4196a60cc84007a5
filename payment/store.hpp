// Every SQL statement of payment. The way in works on lists: one statement stores a list, one settles it.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "payment/event.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace payment::store {

struct NewEvent {
    StoredEvent event;
    std::string_view body;
};

// Stores events with their bodies, and which order their payment is for. Answers the ids that were new; of an
// event known before nothing is written. `hold` keeps the retries away while the caller settles the events
// itself.
std::vector<std::string> insert_events(postgres::Transaction& tx, std::span<const NewEvent> events,
                                       std::chrono::milliseconds hold);

// Events known before, by account and the provider's id.
std::vector<StoredEvent> find_known(postgres::Transaction& tx, std::span<const StoredEvent> events);

// Where a payment is known by another name or its order was named by another event: fills `payment` and
// `order`.
void resolve_orders(postgres::Transaction& tx, std::span<StoredEvent* const> events);

struct Attempt {
    const StoredEvent* event;
    Status status;
    std::string_view cause;  // delivery, retry, replay
    Outcome outcome;
    std::string detail;
    std::chrono::milliseconds retry_in;
    std::optional<int> answer;
};
// Records how the tries ended. An event that is applied stays applied, whatever a slower try says.
void save_attempts(postgres::Transaction& tx, std::span<const Attempt> attempts);

// Held until the transaction ends: the next publisher of one of them waits for this one.
void lock_payments(postgres::Transaction& tx, const std::vector<std::string>& payments);
// Those of the keys of facts that nobody has been told of; from now on they have.
std::set<std::string> keep_published(postgres::Transaction& tx, const std::vector<std::string>& keys);

// Takes up to `most` open events that are due, for this caller alone, for `lease`.
std::vector<StoredEvent> claim_due(postgres::Transaction& tx, int most, std::chrono::milliseconds lease);
// Everything that only waits for orders to come back is due now.
void make_unavailable_due(postgres::Transaction& tx);

// ---- for admins

struct EventFilter {
    std::optional<Status> status;
    std::string type;
    std::string order;
    std::string reason;
    std::optional<core::Time> received_after;
    std::optional<core::Time> received_before;
};
std::vector<StoredEvent> list_events(postgres::Transaction& tx, const EventFilter& filter,
                                     const rest::Page& page);
// Open and parked events of the filter, oldest first: what a replay would try.
std::vector<StoredEvent> list_replayable(postgres::Transaction& tx, const EventFilter& filter, int most);

// Applied events with a fact that was tried from `since` on and before `until`, oldest first, those behind
// the id `after`.
std::vector<StoredEvent> list_applied_since(postgres::Transaction& tx, core::Time since,
                                            const std::optional<core::Time>& until, const std::string& after,
                                            int most);
// What is applied and is not any more where it was is open again, for the attempt that follows to settle.
void reopen(postgres::Transaction& tx, const std::vector<std::string>& ids);

// By our id or the provider's.
std::optional<StoredEvent> find_event(postgres::Transaction& tx, const std::string& id);
std::optional<std::string> find_body(postgres::Transaction& tx, const core::EventId& id);

struct PastAttempt {
    int n;
    core::Time at;
    std::string cause;
    std::string outcome;
    std::string detail;
    std::optional<int> answer;
};
std::vector<PastAttempt> list_attempts(postgres::Transaction& tx, const core::EventId& id);

struct Payment {
    core::PaymentId id;
    std::string account;
    std::string provider_payment_id;
    std::string order;
    core::Time created_at;
};
std::vector<Payment> list_payments(postgres::Transaction& tx, const std::string& order,
                                   const rest::Page& page);
// By our id or the provider's.
std::optional<Payment> find_payment(postgres::Transaction& tx, const std::string& id);
// The applied events of payments, i.e. the facts that count.
std::vector<StoredEvent> list_applied(postgres::Transaction& tx, std::span<const Payment> payments);

struct Backlog {
    std::int64_t open = 0;
    std::int64_t parked = 0;
    double oldest_open_s = 0;
};
Backlog count_backlog(postgres::Transaction& tx);

}  // namespace payment::store
