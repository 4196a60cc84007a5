// What payment can do: take lists of events in, settle them with orders, try again, and show it all to an
// admin.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "http/client.hpp"
#include "payment/event.hpp"
#include "payment/retry_policy.hpp"
#include "payment/store.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace payment {

struct Delivery {
    const Account* account;
    Event event;
    std::string body;
    telemetry::Trace trace;
    std::string request_id = {};
};

// What became of a delivery; `answer` is what its provider is told.
struct Settled {
    std::string event_id;
    Outcome outcome;
    std::string detail;
    int answer;
};

class Service {
public:
    struct Config {
        RetryRules retry = {};
        std::chrono::milliseconds orders_deadline{2000};
        // How long a stored event is left to the worker that stored it before the retries take it up.
        std::chrono::milliseconds hold{10000};
    };
    Service(postgres::Database& database, http::Client& orders, Config config);

    // The main job for a list: store, tell orders, record, answer – each one step for all of them. Throws
    // pg::Unavailable when the database is away; what was stored by then is tried again by `retry_due`.
    std::vector<Settled> deliver(std::span<const Delivery> deliveries);

    // Tries open events that are due; how many there were.
    std::size_t retry_due();

    struct EventDetails {
        StoredEvent event;
        std::vector<store::PastAttempt> attempts;
    };
    core::Result<EventDetails> show_event(const std::string& id);
    core::Result<std::string> show_body(const std::string& id);
    std::vector<StoredEvent> list_events(const store::EventFilter& filter, const rest::Page& page);

    // Tries one event now, whatever its back-off. An event that is applied or ignored is left as it is.
    // What is replayed gets into the audit log before it is tried.
    core::Result<EventDetails> replay(const std::string& id, const http::Request& by);
    struct ReplayReport {
        std::size_t matched = 0;
        std::size_t applied = 0;
    };
    ReplayReport replay_all(const store::EventFilter& filter, int most, bool dry_run,
                            const http::Request& by);

    // What was applied from `since` on and before `until`, where new ones come all the time, is told to
    // orders again, which was restored as it was then. What orders does not have any more is applied again;
    // what it can't take now is open or parked again, with the reason.
    struct ResendReport {
        std::size_t matched = 0;
        std::size_t applied = 0;
        std::size_t already_applied = 0;
        std::size_t reopened = 0;
        std::size_t unanswered = 0;  // left as they are: orders did not answer
        std::string last;            // the id of the last one matched
    };
    struct ResendRequest {
        core::Time since;
        std::optional<core::Time> until;
        std::string starting_after;
        int most;
        bool dry_run;
    };
    ResendReport resend(const ResendRequest& wanted, const http::Request& by);

    struct PaymentDetails {
        store::Payment payment;
        contracts::PaymentSummary summary;
        std::optional<core::Currency> currency;
        std::vector<StoredEvent> facts;
    };
    core::Result<PaymentDetails> show_payment(const std::string& id);
    std::vector<PaymentDetails> list_payments(const std::string& order, const rest::Page& page);

    // Gauges of what is open and parked. Each process says the same of its database.
    void watch_backlog(telemetry::Metrics& metrics);

private:
    struct Try {
        Outcome outcome;
        std::string detail;
    };
    // One delivery of a list, from its event to its answer.
    struct Item {
        const Delivery* delivery;
        StoredEvent event;         // as it is kept
        const Item* duplicate_of;  // the first item of the same event, which alone is tried; null for that one
        Status status = Status::open;
        Settled settled = {};
    };
    std::vector<Try> attempt(std::span<StoredEvent* const> events);
    void ask_orders(std::span<StoredEvent* const> events, std::span<const std::size_t> which,
                    std::vector<Try>& tries);
    std::vector<Try> try_again(std::span<StoredEvent> events, std::string_view cause);
    void save(std::span<const store::Attempt> attempts);
    std::vector<Item> store(std::span<const Delivery> deliveries);
    std::vector<store::Attempt> attempt_open(std::span<Item> items);
    store::Attempt conclude_delivery(Item& item, Outcome outcome, const std::string& detail);
    std::vector<StoredEvent> insert(std::span<const store::NewEvent> fresh);
    std::vector<PaymentDetails> publish(std::vector<store::Payment> payments);

    postgres::Database& database_;
    http::Client& orders_;
    Config config_;
};

}  // namespace payment
