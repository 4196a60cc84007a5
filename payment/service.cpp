#include "payment/service.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "core/log.hpp"
#include "events/audit.hpp"
#include "payment/event_publisher.hpp"
#include "telemetry/span.hpp"

namespace payment {
namespace {

double random_spread() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<>{0, 1}(engine);
}

StoredEvent stored_form(const Delivery& delivery) {
    const auto& event = delivery.event;
    auto status = event.statement ? Status::open : Status::ignored;
    if (!event.unreadable.empty()) status = Status::parked;
    return {
        .id = core::EventId::make(),
        .account = delivery.account->name,
        .provider_event_id = event.provider_event_id,
        .type = event.type,
        .livemode = event.livemode,
        .created_at = core::from_unix_s(event.created_s),
        .received_at = core::now(),
        .order = event.order,
        .payment = event.payment,
        .charge = event.charge,
        .statement = event.statement,
        .status = status,
        .reason = {},
        .detail = event.unreadable,
        .attempts = 0,
        .next_attempt_at = {},
        .traceparent = delivery.trace.header(),
    };
}

// What is known of an event without asking orders; nothing when it has to be tried.
std::optional<Outcome> settled_already(const StoredEvent& event) {
    if (event.status == Status::applied) return Outcome::already_applied;
    if (event.status == Status::ignored) return Outcome::ignored;
    if (!event.statement) return Outcome::unreadable;
    return {};
}

std::vector<contracts::FactView> views(std::span<const StoredEvent> facts) {
    std::vector<contracts::FactView> out;
    for (const auto& fact : facts) {
        out.push_back({fact.statement->kind, fact.statement->subject, fact.statement->amount.amount_minor});
    }
    return out;
}

}  // namespace

Service::Service(postgres::Database& database, http::Client& orders, Config config)
    : database_(database), orders_(orders), config_(config) {}

// ---- storing

std::vector<StoredEvent> Service::insert(std::span<const store::NewEvent> fresh) {
    const auto hold = config_.hold;
    const auto ids = database_.single([&](auto& tx) { return store::insert_events(tx, fresh, hold); });
    const std::set<std::string_view> inserted{ids.begin(), ids.end()};
    std::vector<StoredEvent> known;
    for (const auto& [event, body] : fresh) {
        if (!inserted.contains(event.id.value())) known.push_back(event);
    }
    if (known.empty()) return {};
    return database_.single([&](auto& tx) { return store::find_known(tx, known); });
}

// A delivery known before comes back as it was kept then.
std::vector<Service::Item> Service::store(std::span<const Delivery> deliveries) {
    const auto key_of = [](const Delivery& delivery) {
        return std::pair<std::string_view, std::string_view>{delivery.account->name,
                                                             delivery.event.provider_event_id};
    };
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> position_of;
    std::vector<store::NewEvent> fresh;
    for (const auto& delivery : deliveries) {
        if (position_of.emplace(key_of(delivery), fresh.size()).second)
            fresh.push_back({stored_form(delivery), delivery.body});
    }
    for (auto& known : insert(fresh)) {
        const auto position = position_of.at({known.account, known.provider_event_id});
        fresh[position].event = std::move(known);
    }
    std::vector<Item> items;
    items.reserve(deliveries.size());  // they point to each other
    std::vector<const Item*> first_of(fresh.size());
    for (const auto& delivery : deliveries) {
        const auto position = position_of.at(key_of(delivery));
        items.push_back(
            {.delivery = &delivery, .event = fresh[position].event, .duplicate_of = first_of[position]});
        if (!first_of[position]) first_of[position] = &items.back();
    }
    return items;
}

// ---- settling

namespace {

// One request's call to orders is part of its trace. A list of many has a trace of its own, and each fact in
// it says whose it is.
telemetry::Trace trace_of(std::span<const contracts::PaymentFact> facts) {
    return facts.size() == 1 ? telemetry::Trace::continue_from(facts.front().traceparent)
                             : telemetry::Trace::start();
}

void export_list(const telemetry::Trace& trace, std::span<const contracts::PaymentFact> facts,
                 core::Time started) {
    if (!telemetry::is_exported(trace)) return;
    telemetry::Span span{.kind = telemetry::Span::Kind::internal,
                         .name = "settle a list",
                         .trace = trace,
                         .started = started,
                         .attributes = {{"quittance.facts", static_cast<std::int64_t>(facts.size())}}};
    for (const auto& fact : facts) {
        if (auto link = telemetry::Trace::linked(fact.traceparent)) span.links.push_back(*std::move(link));
    }
    telemetry::export_span(std::move(span));
}

}  // namespace

void Service::ask_orders(std::span<StoredEvent* const> events, std::span<const std::size_t> which,
                         std::vector<Try>& tries) {
    for (std::size_t start = 0; start < which.size(); start += contracts::kMaxFacts) {
        const auto chunk = which.subspan(start, std::min(contracts::kMaxFacts, which.size() - start));
        std::vector<contracts::PaymentFact> facts;
        facts.reserve(chunk.size());
        for (const auto i : chunk) facts.push_back(*fact_of(*events[i]));
        const auto trace = trace_of(facts);
        const auto started = core::now();
        const auto reply = orders_.post("/internal/v1/payment-facts", contracts::facts_to_json(facts), trace,
                                        config_.orders_deadline);
        export_list(trace, facts, started);
        if (!reply) continue;
        const auto answers = reply->status == 200 ? contracts::answers_from_json(reply->body) : std::nullopt;
        if (!answers || answers->size() != chunk.size()) {
            core::log::error("orders did not answer for each fact", {{"status", reply->status}});
            continue;
        }
        for (std::size_t k = 0; k < chunk.size(); ++k) {
            tries[chunk[k]] = {from_fact((*answers)[k].outcome), (*answers)[k].detail};
        }
    }
}

// How a try ends for each event; nothing is written.
std::vector<Service::Try> Service::attempt(std::span<StoredEvent* const> events) {
    std::vector<StoredEvent*> unresolved;
    for (auto* event : events) {
        if (!event->payment.empty() && (event->order.empty() || event->payment == event->charge)) {
            unresolved.push_back(event);
        }
    }
    if (!unresolved.empty()) {
        database_.single([&](auto& tx) { store::resolve_orders(tx, unresolved); });
    }

    std::vector<Try> tries(events.size(), Try{Outcome::orders_unavailable, "orders did not answer"});
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (fact_of(*events[i])) {
            known.push_back(i);
        } else if (events[i]->statement) {
            tries[i] = {Outcome::order_unknown, events[i]->order.empty() ? "no event so far names the order"
                                                                         : "the order named is no order id"};
        } else {
            tries[i] = {Outcome::unreadable, events[i]->detail};
        }
    }
    ask_orders(events, known, tries);
    return tries;
}

namespace {

store::Attempt conclude(const StoredEvent& event, Outcome outcome, const std::string& detail,
                        std::string_view cause, const RetryRules& rules) {
    const auto decision = decide(event, outcome, core::now(), rules, random_spread());
    const bool fine = decision.status == Status::applied || decision.status == Status::ignored;
    return {&event, decision.status, cause, outcome, fine ? "" : detail, decision.retry_in, {}};
}

}  // namespace

namespace {

void log_try(const store::Attempt& attempt) {
    const auto& event = *attempt.event;
    (attempt.status == Status::parked ? core::log::warn : core::log::info)(
        "event settled", {{"event_id", event.id.value()},
                          {"provider_event_id", event.provider_event_id},
                          {"type", event.type},
                          {"order_id", event.order},
                          {"status", to_string(attempt.status)},
                          {"outcome", to_string(attempt.outcome)},
                          {"cause", attempt.cause}});
}

}  // namespace

// How the tries ended, and of what is applied now others are told.
void Service::save(std::span<const store::Attempt> attempts) {
    std::vector<const StoredEvent*> applied;
    for (const auto& attempt : attempts) {
        const bool was_applied = attempt.event->status == Status::applied;
        const auto type =
            attempt.event->statement ? event_types_of(attempt.event->statement->kind) : std::nullopt;
        if (attempt.status == Status::applied && !was_applied && type) applied.push_back(attempt.event);
    }
    if (applied.empty()) {
        database_.single([&](auto& tx) { store::save_attempts(tx, attempts); });
        return;
    }
    database_.transact([&](auto& tx) {
        store::save_attempts(tx, attempts);
        payment::publish(tx, applied);
    });
}

// Tries the events that are not settled yet; their attempts are in the order of the items.
std::vector<store::Attempt> Service::attempt_open(std::span<Item> items) {
    std::vector<Item*> open;
    std::vector<StoredEvent*> events;
    for (auto& item : items) {
        if (item.duplicate_of || settled_already(item.event)) continue;
        // The effect is this delivery's, not that of the one which stored the event.
        item.event.traceparent = item.delivery->trace.header();
        open.push_back(&item);
        events.push_back(&item.event);
    }
    const auto tries = attempt(events);
    std::vector<store::Attempt> attempts;
    for (std::size_t k = 0; k < open.size(); ++k) {
        attempts.push_back(conclude_delivery(*open[k], tries[k].outcome, tries[k].detail));
    }
    return attempts;
}

store::Attempt Service::conclude_delivery(Item& item, Outcome outcome, const std::string& detail) {
    auto attempt = conclude(item.event, outcome, detail, "delivery", config_.retry);
    attempt.answer = answer_for(outcome, attempt.status, item.delivery->account->answers);
    item.status = attempt.status;
    item.settled = {item.event.id.value(), outcome, attempt.detail, *attempt.answer};
    return attempt;
}

std::vector<Settled> Service::deliver(std::span<const Delivery> deliveries) {
    auto items = store(deliveries);
    // A list has no request of its own; one alone is its own.
    const bool alone = deliveries.size() == 1;
    const std::string_view request = alone ? std::string_view{deliveries[0].request_id} : "";
    const std::string_view trace = alone ? std::string_view{deliveries[0].trace.trace_id} : "";
    const core::log::Scope scoped{request, trace};

    auto attempts = attempt_open(items);
    for (auto& item : items) {
        if (item.duplicate_of) {
            item.status = item.duplicate_of->status;
            item.settled = item.duplicate_of->settled;
        } else if (const auto known = settled_already(item.event)) {
            auto attempt = conclude_delivery(item, *known, item.event.detail);
            const bool stored_so = *known == Outcome::ignored || *known == Outcome::unreadable;
            if (!stored_so) attempts.push_back(std::move(attempt));
        }
    }
    if (!attempts.empty()) save(attempts);

    std::vector<Settled> settled;
    settled.reserve(items.size());
    for (auto& item : items) {
        const core::log::Scope scope_of_one{item.delivery->request_id, item.delivery->trace.trace_id};
        log_try({&item.event, item.status, "delivery", item.settled.outcome, {}, {}, {}});
        settled.push_back(std::move(item.settled));
    }
    return settled;
}

std::vector<Service::Try> Service::try_again(std::span<StoredEvent> events, std::string_view cause) {
    std::vector<StoredEvent*> pointers;
    for (auto& event : events) pointers.push_back(&event);
    auto tries = attempt(pointers);
    std::vector<store::Attempt> attempts;
    for (std::size_t i = 0; i < events.size(); ++i) {
        attempts.push_back(conclude(events[i], tries[i].outcome, tries[i].detail, cause, config_.retry));
    }
    if (!attempts.empty()) {
        save(attempts);
    }
    for (const auto& attempt : attempts) {
        const core::log::Scope scope{core::log::current_request_id(),
                                     telemetry::trace_id_of(attempt.event->traceparent)};
        log_try(attempt);
    }
    return tries;
}

std::size_t Service::retry_due() {
    constexpr int kMost = 200;
    constexpr std::chrono::seconds kLease{30};
    if (orders_.take_recovered()) {
        database_.single([](auto& tx) { store::make_unavailable_due(tx); });
    }
    auto due = database_.single([&](auto& tx) { return store::claim_due(tx, kMost, kLease); });
    try_again(due, "retry");
    return due.size();
}

// ---- for admins

namespace {

core::Error no_event(const std::string& id) {
    return core::not_found("there is no event " + id);
}

}  // namespace

core::Result<Service::EventDetails> Service::show_event(const std::string& id) {
    return database_.transact([&](auto& tx) -> core::Result<EventDetails> {
        auto event = store::find_event(tx, id);
        if (!event) return no_event(id);
        auto attempts = store::list_attempts(tx, event->id);
        return EventDetails{*std::move(event), std::move(attempts)};
    });
}

core::Result<std::string> Service::show_body(const std::string& id) {
    return database_.transact([&](auto& tx) -> core::Result<std::string> {
        const auto event = store::find_event(tx, id);
        if (!event) return no_event(id);
        auto body = store::find_body(tx, event->id);
        if (!body) return no_event(id);
        return *std::move(body);
    });
}

std::vector<StoredEvent> Service::list_events(const store::EventFilter& filter, const rest::Page& page) {
    return database_.transact([&](auto& tx) {
        tx.plan_for_values();
        return store::list_events(tx, filter, page);
    });
}

core::Result<Service::EventDetails> Service::replay(const std::string& id, const http::Request& by) {
    auto event = database_.transact([&](auto& tx) {
        auto found = store::find_event(tx, id);
        if (found)
            events::audit(tx, by, "payment.event_replayed", found->id.value(), events::AuditOutcome::done);
        return found;
    });
    if (!event) return no_event(id);
    if (!settled_already(*event)) try_again({&*event, 1}, "replay");
    return show_event(id);
}

Service::ReplayReport Service::replay_all(const store::EventFilter& filter, int most, bool dry_run,
                                          const http::Request& by) {
    auto events = database_.transact([&](auto& tx) {
        tx.plan_for_values();
        auto found = store::list_replayable(tx, filter, most);
        if (!dry_run) {
            events::audit(tx, by, "payment.events_replayed", "events", events::AuditOutcome::done,
                          {{"count", found.size()}});
        }
        return found;
    });
    ReplayReport report{events.size(), 0};
    if (dry_run) return report;
    for (const auto& one : try_again(events, "replay")) {
        if (one.outcome == Outcome::applied || one.outcome == Outcome::already_applied) ++report.applied;
    }
    return report;
}

Service::ResendReport Service::resend(const ResendRequest& wanted, const http::Request& by) {
    auto events = database_.transact([&](auto& tx) {
        tx.plan_for_values();
        auto found =
            store::list_applied_since(tx, wanted.since, wanted.until, wanted.starting_after, wanted.most);
        if (!wanted.dry_run) {
            events::audit(tx, by, "payment.events_retold", "events", events::AuditOutcome::done,
                          {{"since", core::to_rfc3339(wanted.since)}, {"count", found.size()}});
        }
        return found;
    });
    ResendReport report{.matched = events.size(), .last = events.empty() ? "" : events.back().id.value()};
    if (wanted.dry_run) return report;

    std::vector<StoredEvent*> pointers;
    for (auto& event : events) pointers.push_back(&event);
    const auto tries = attempt(pointers);
    std::vector<store::Attempt> attempts;
    std::vector<std::string> reopened;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& [outcome, detail] = tries[i];
        if (outcome == Outcome::orders_unavailable) {
            ++report.unanswered;
            continue;
        }
        attempts.push_back(conclude(events[i], outcome, detail, "replay", config_.retry));
        if (outcome == Outcome::applied) ++report.applied;
        if (outcome == Outcome::already_applied) ++report.already_applied;
        if (attempts.back().status != Status::applied) reopened.push_back(events[i].id.value());
        log_try(attempts.back());
    }
    report.reopened = reopened.size();
    database_.transact([&](auto& tx) {
        store::reopen(tx, reopened);
        store::save_attempts(tx, attempts);
    });
    return report;
}

std::vector<Service::PaymentDetails> Service::publish(std::vector<store::Payment> payments) {
    std::vector<PaymentDetails> stories;
    if (payments.empty()) return stories;
    auto events = database_.single([&](auto& tx) { return store::list_applied(tx, payments); });
    for (auto& payment : payments) {
        PaymentDetails story{std::move(payment), {}, {}, {}};
        for (const auto& event : events) {
            const auto& of = story.payment;
            if (event.account == of.account && event.payment == of.provider_payment_id)
                story.facts.push_back(event);
        }
        if (!story.facts.empty()) story.currency = story.facts.front().statement->amount.currency;
        story.summary =
            contracts::summarize_payment(views(story.facts)).value_or(contracts::PaymentSummary{});
        stories.push_back(std::move(story));
    }
    return stories;
}

core::Result<Service::PaymentDetails> Service::show_payment(const std::string& id) {
    auto payment = database_.single([&](auto& tx) { return store::find_payment(tx, id); });
    if (!payment) return core::not_found("there is no payment " + id);
    return publish({*std::move(payment)}).front();
}

std::vector<Service::PaymentDetails> Service::list_payments(const std::string& order,
                                                            const rest::Page& page) {
    return publish(database_.transact([&](auto& tx) {
        tx.plan_for_values();
        return store::list_payments(tx, order, page);
    }));
}

void Service::watch_backlog(telemetry::Metrics& metrics) {
    const auto open = metrics.gauge("payment_events_open", "Events to be tried again");
    const auto parked = metrics.gauge("payment_events_parked", "Events an admin has to look at");
    const auto oldest = metrics.gauge("payment_oldest_open_seconds", "Age of the oldest open event");
    metrics.on_refresh([this, open, parked, oldest] {
        const auto backlog = database_.single([](auto& tx) { return store::count_backlog(tx); });
        open(static_cast<double>(backlog.open));
        parked(static_cast<double>(backlog.parked));
        oldest(backlog.oldest_open_s);
    });
}

}  // namespace payment
