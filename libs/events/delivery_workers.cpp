#include "events/delivery_workers.hpp"

#include <algorithm>
#include <set>

#include "core/json.hpp"
#include "core/log.hpp"
#include "core/utf8.hpp"
#include "telemetry/span.hpp"

namespace events {
namespace {

using Kind = Outcome::Kind;

constexpr std::chrono::hours kLongestRetryAfter{24};

const char* name_of(Kind kind) {
    switch (kind) {
        case Kind::delivered: return "delivered";
        case Kind::failed: return "failed";
        case Kind::refused: return "refused";
        case Kind::unavailable: return "unavailable";
    }
    return "";
}

std::chrono::milliseconds wait_of(const Retries& retries, int tries, const Outcome& outcome) {
    const auto wait = retries.wait(tries);
    if (!outcome.retry_after) return wait;
    return std::clamp<std::chrono::milliseconds>(*outcome.retry_after, wait, kLongestRetryAfter);
}

}  // namespace

DeliveryWorkers::DeliveryWorkers(postgres::Database& db, const RelayConfig& config,
                                 telemetry::Metrics& metrics)
    : db_(db), config_(config), metrics_(metrics) {}

void DeliveryWorkers::start(const std::shared_ptr<const Destination>& destination) {
    const std::lock_guard lock{mutex_};
    auto& lane = workers_[destination->name];
    if (std::chrono::steady_clock::now() < lane.unavailable_until) return;
    lane.destination = destination;
    lane.again = lane.served;
    if (lane.served || lane.waiting) return;
    lane.waiting = true;
    queue_.push_back(&lane);
    if (idle_ < queue_.size() && threads_.size() < config_.workers) threads_.emplace_back([this] { work(); });
    changed_.notify_one();
}

void DeliveryWorkers::pause() {
    const std::lock_guard lock{mutex_};
    paused_ = true;
}

void DeliveryWorkers::resume() {
    const std::lock_guard lock{mutex_};
    paused_ = false;
}

void DeliveryWorkers::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void DeliveryWorkers::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        ++idle_;
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        --idle_;
        if (stopping_) return;
        auto& lane = *queue_.front();
        queue_.pop_front();
        lane.waiting = false;
        lane.served = true;
        bool more = may_go_on();
        while (more) {
            lane.again = false;
            lock.unlock();
            more = try_deliver_next(lane);
            lock.lock();
            more = (more || lane.again) && may_go_on();
            if (more && !queue_.empty()) {
                lane.waiting = true;
                queue_.push_back(&lane);
                break;
            }
        }
        lane.served = false;
    }
}

bool DeliveryWorkers::try_deliver_next(DestinationQueue& lane) {
    try {
        return deliver_next(lane);
    } catch (const std::exception& error) {  // the database: the next round starts it again
        core::log::warn("a destination waits",
                        {{"destination", lane.destination->name}, {"error", error.what()}});
        return false;
    }
}

bool DeliveryWorkers::deliver_next(DestinationQueue& lane) {
    std::shared_ptr<const Destination> destination;
    {
        const std::lock_guard lock{mutex_};
        destination = lane.destination;
    }
    const auto list = claim(*destination);
    if (list.empty()) return false;
    const auto started = core::now();
    const auto outcomes = publish(*destination, list);
    note(*destination, list, outcomes, started);
    count(*destination, outcomes);
    settle(*destination, list, outcomes);
    record_unavailable(lane, outcomes);
    return lane.times_unavailable == 0;
}

DeliveryWorkers::List DeliveryWorkers::claim(const Destination& destination) {
    auto list = db_.transact([&](postgres::Transaction& tx) {
        store::release_due(tx, destination.name);
        return store::claim(tx, destination.name, std::min(destination.max_in_list, kMaxEvents));
    });
    if (list.empty()) {  // what is open now, if anything, stands behind a failure
        db_.transact([&](postgres::Transaction& tx) {
            store::lock_keys(tx, destination.name);
            store::block_keys(tx, destination.name);
        });
    }
    std::size_t bytes = 0;
    const auto too_many = std::ranges::find_if(list, [&](const store::Claimed& one) {
        bytes += one.event.data.size();
        return bytes > config_.list_bytes;
    });
    if (too_many != list.end()) list.erase(std::max(too_many, list.begin() + 1), list.end());
    return list;
}

std::vector<Outcome> DeliveryWorkers::publish(const Destination& destination, const List& list) {
    std::vector<Event> events;
    for (const auto& one : list) {
        events.push_back(one.event);
        events.back().source = config_.source;
    }
    std::vector<Outcome> outcomes;
    try {
        outcomes = destination.sink->deliver(events);
    } catch (const std::exception& error) {
        core::log::error("a sink failed", {{"destination", destination.name}, {"error", error.what()}});
    }
    outcomes.resize(events.size(), Outcome::unavailable("it could not be told"));
    return outcomes;
}

void DeliveryWorkers::settle(const Destination& destination, const List& list,
                             const std::vector<Outcome>& outcomes) {
    postgres::TextArray delivered;
    postgres::BigintArray passing;
    bool any_delivered = false;
    bool any_passing = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (outcomes[i].kind != Kind::delivered) continue;
        delivered.add(list[i].id);
        any_delivered = true;
        if (!list[i].erase_data) continue;
        passing.add(list[i].seq);
        any_passing = true;
    }
    const auto is_failed = [](const Outcome& outcome) { return outcome.kind == Kind::failed; };
    const bool any_failed = std::ranges::any_of(outcomes, is_failed);
    db_.transact([&](postgres::Transaction& tx) {
        if (any_failed) store::lock_keys(tx, destination.name);
        if (any_delivered) store::mark_delivered(tx, delivered);
        if (any_passing) store::erase_data(tx, passing);
        std::set<std::string_view> blocked;  // subjects: what comes behind a failure is no try of its own
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto kind = outcomes[i].kind;
            const auto reason = core::printable(outcomes[i].reason, kMaxReasonBytes);
            const bool failed = kind == Kind::failed;
            if ((!failed && kind != Kind::refused) || blocked.contains(list[i].event.subject)) continue;
            const auto tries = list[i].tries + 1;
            if (kind == Kind::refused || tries >= destination.retries.max_tries()) {
                store::park(tx, list[i].id, reason);
            } else {
                store::postpone(tx, list[i].id, reason, wait_of(destination.retries, tries, outcomes[i]));
            }
            if (failed) blocked.insert(list[i].event.subject);
        }
    });
}

// In the trace of each event. That a destination is away is said once, by record_unavailable.
void DeliveryWorkers::note(const Destination& destination, const List& list,
                           const std::vector<Outcome>& outcomes, core::Time started) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& [id, seq, tries, erase_data, event] = list[i];
        const auto kind = outcomes[i].kind;
        if (kind == Kind::unavailable) continue;
        const core::log::Scope scope{{}, telemetry::trace_id_of(event.traceparent)};
        (kind == Kind::delivered ? core::log::info : core::log::warn)("event delivery",
                                                                      {{"event_id", event.id},
                                                                       {"type", event.type},
                                                                       {"subject", event.subject},
                                                                       {"destination", destination.name},
                                                                       {"outcome", name_of(kind)},
                                                                       {"tries", tries + 1},
                                                                       {"reason", outcomes[i].reason}});
        const auto trace = telemetry::Trace::continue_from(event.traceparent);
        if (!telemetry::is_exported(trace)) continue;
        telemetry::export_span({.kind = telemetry::Span::Kind::producer,
                                .name = "send " + event.type,
                                .trace = trace,
                                .started = started,
                                .attributes = {{"messaging.message.id", event.id},
                                               {"messaging.destination.name", destination.name},
                                               {"messaging.operation.type", "send"},
                                               {"quittance.outcome", name_of(kind)}},
                                .failed = kind != Kind::delivered});
    }
}

void DeliveryWorkers::record_unavailable(DestinationQueue& lane, const std::vector<Outcome>& outcomes) {
    const auto away = std::ranges::find(outcomes, Kind::unavailable, &Outcome::kind);
    const std::lock_guard lock{mutex_};
    if (away == outcomes.end()) {
        if (std::exchange(lane.times_unavailable, 0) > 0)
            core::log::info("a destination is back", {{"destination", lane.destination->name}});
        return;
    }
    const bool reached =
        std::ranges::any_of(outcomes, [](const auto& one) { return one.kind != Kind::unavailable; });
    if (reached) lane.times_unavailable = 0;
    if (lane.times_unavailable++ == 0)
        core::log::warn("a destination is away",
                        {{"destination", lane.destination->name}, {"reason", away->reason}});
    const Retries pause{.tries = 0, .first = config_.initial_pause, .most = config_.max_pause};
    lane.unavailable_until = std::chrono::steady_clock::now() + wait_of(pause, lane.times_unavailable, *away);
}

void DeliveryWorkers::count(const Destination& destination, const std::vector<Outcome>& outcomes) {
    std::map<Kind, double> sums;
    for (const auto& outcome : outcomes) ++sums[outcome.kind];
    for (const auto& [kind, sum] : sums) {
        metrics_.counter("event_deliveries_total", "Tries to deliver an event by what came of them",
                         {{"destination", label_of(destination.name)}, {"outcome", name_of(kind)}})(sum);
    }
}

}  // namespace events
