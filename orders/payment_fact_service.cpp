// How a list of payment facts is applied: locked, loaded, folded and written with a handful of statements.
#include <algorithm>
#include <unordered_map>

#include "core/log.hpp"
#include "orders/event_publisher.hpp"
#include "orders/service.hpp"
#include "telemetry/span.hpp"

namespace orders {
namespace {

using contracts::FactAnswer;
using contracts::FactOutcome;
using contracts::PaymentFact;
using postgres::Transaction;
using store::NewFact;
using store::StoredBook;

using Facts = std::span<const PaymentFact>;

// One list on its way into the books of its orders.
class Batch {
public:
    Batch(Facts facts, const std::vector<std::string>& keys, const std::vector<telemetry::Trace>& traces)
        : facts_(facts), keys_(keys), traces_(traces) {}

    std::vector<FactAnswer> run(Transaction& tx) {
        books_ = store::lock_books(tx, order_ids());
        if (!books_.empty()) load(tx);
        std::vector<FactAnswer> answers;
        answers.reserve(facts_.size());
        for (std::size_t i = 0; i < facts_.size(); ++i) answers.push_back(take(i));
        if (!new_facts_.empty()) {
            store::apply(tx, new_facts_, changed_books());
            publish_of_changes(tx);
        }
        return answers;
    }

private:
    std::vector<std::string_view> order_ids() const {
        std::vector<std::string_view> ids;
        ids.reserve(facts_.size());
        for (const auto& fact : facts_) ids.push_back(fact.order_id);
        std::ranges::sort(ids);
        ids.erase(std::ranges::unique(ids).begin(), ids.end());
        return ids;
    }

    StoredBook* find(std::string_view order_id) {
        const auto found = std::ranges::lower_bound(
            books_, order_id, {}, [](const StoredBook& book) { return std::string_view{book.id.value()}; });
        return found == books_.end() || found->id.value() != order_id ? nullptr : &*found;
    }

    void load(Transaction& tx) {
        for (const auto& stored : books_) before_.push_back(stored.book.settlement.state);
        stored_ = store::facts_of(tx, books_, keys_);
        owner_.reserve(stored_.facts.size() + facts_.size());
        for (const auto& stored : stored_.facts) {
            owner_.emplace(stored.key, stored.order_id);
            if (auto* book = find(stored.order_id)) book->book.facts.push_back(stored.fact);
        }
    }

    FactAnswer take(std::size_t i) {
        const auto& fact = facts_[i];
        const auto& key = keys_[i];
        auto* stored = find(fact.order_id);
        if (stored == nullptr) return {key, FactOutcome::order_unknown, "no order " + fact.order_id};
        if (const auto owner = owner_.find(key); owner != owner_.end()) {
            if (owner->second == fact.order_id) return {key, FactOutcome::already_applied, ""};
            return {key, FactOutcome::other_order, "this was told of order " + std::string{owner->second}};
        }
        const auto before = stored->book.settlement.state;
        auto answer = stored->book.take(fact, key);
        if (answer.outcome == FactOutcome::applied) {
            owner_.emplace(key, fact.order_id);
            trace_of_[fact.order_id] = &traces_[i];
            new_facts_.push_back({&fact, key, ++stored->version, before, stored->book.settlement.state});
        }
        return answer;
    }

    std::vector<const StoredBook*> changed_books() {
        std::vector<const StoredBook*> changed;
        changed.reserve(new_facts_.size());
        for (const auto& added : new_facts_) changed.push_back(find(added.fact->order_id));
        std::ranges::sort(changed);
        changed.erase(std::ranges::unique(changed).begin(), changed.end());
        return changed;
    }

    // What the list as a whole did to each order.
    void publish_of_changes(Transaction& tx) {
        std::vector<core::OrderId> ids;  // newest first, as they are found
        std::vector<std::vector<std::string_view>> types_of;
        for (std::size_t i = books_.size(); i-- > 0;) {
            const auto& book = books_[i].book;
            auto types = event_types_of(before_[i], book.settlement.state, book.canceled);
            if (types.empty()) continue;
            ids.push_back(books_[i].id);
            types_of.push_back(std::move(types));
        }
        if (ids.empty()) return;
        auto orders = store::find(tx, ids);
        store::load_lines(tx, orders);
        store::load_shipments(tx, orders);
        std::vector<PendingEvent> news;
        for (std::size_t i = 0; i < orders.size(); ++i) {
            for (const auto type : types_of[i]) {
                news.push_back({type, &orders[i]});
                news.back().traceparent = trace_of_.at(orders[i].id.value())->header();
            }
        }
        publish(tx, news);
    }

    const Facts facts_;
    const std::vector<std::string>& keys_;
    std::vector<StoredBook> books_;  // in the order of their ids
    std::vector<PaymentState> before_;
    store::StoredFacts stored_;
    std::unordered_map<std::string_view, std::string_view> owner_;  // key → order it was told of
    std::vector<NewFact> new_facts_;
    const std::vector<telemetry::Trace>& traces_;  // of the facts
    std::unordered_map<std::string_view, const telemetry::Trace*>
        trace_of_;  // order → the last that changed it
};

// In the trace of each fact; the list itself is the request's.
void note(Facts facts, const std::vector<FactAnswer>& answers, const std::vector<telemetry::Trace>& traces,
          core::Time started) {
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const auto& fact = facts[i];
        const auto outcome = to_string(answers[i].outcome);
        // Where the list is one request's, that request is this one.
        const bool is_of_request = traces[i].trace_id == telemetry::Trace::current().trace_id;
        const core::log::Scope scope{is_of_request ? core::log::current_request_id() : "",
                                     traces[i].trace_id};
        core::log::info("payment fact taken", {{"order_id", fact.order_id},
                                               {"event_id", fact.event_id},
                                               {"kind", to_string(fact.kind)},
                                               {"outcome", outcome}});
        if (!telemetry::is_exported(traces[i])) continue;
        telemetry::export_span({.kind = telemetry::Span::Kind::consumer,
                                .name = "take " + std::string{to_string(fact.kind)},
                                .trace = traces[i],
                                .started = started,
                                .attributes = {{"quittance.order_id", fact.order_id},
                                               {"quittance.event_id", fact.event_id},
                                               {"quittance.outcome", std::string{outcome}}}});
    }
}

// A key is looked for before it is written, so it can only be taken by a transaction beside this one that
// tells the same of another order; the next try finds it.
std::vector<FactAnswer> run_again_after_race(Transaction& tx, Batch batch) {
    try {
        return batch.run(tx);
    } catch (const postgres::UniqueViolation& error) {
        throw postgres::Conflict{error.what()};
    }
}

}  // namespace

std::vector<FactAnswer> Service::apply(Facts facts) {
    const auto started = core::now();
    std::vector<std::string> keys;
    std::vector<telemetry::Trace> traces;
    keys.reserve(facts.size());
    traces.reserve(facts.size());
    for (const auto& fact : facts) {
        keys.push_back(fact.key());
        traces.push_back(fact.traceparent.empty() ? telemetry::Trace::current()
                                                  : telemetry::Trace::continue_from(fact.traceparent));
    }
    try {
        auto answers = db_.transact([&](Transaction& tx) {
            return run_again_after_race(tx, Batch{facts, keys, traces});
        });
        note(facts, answers, traces, started);
        return answers;
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        if (facts.size() == 1) {
            return {{keys.front(), FactOutcome::transition_refused, "the database refuses this fact"}};
        }
    }
    std::vector<FactAnswer> answers;
    answers.reserve(facts.size());
    for (const auto& fact : facts) answers.push_back(std::move(apply({&fact, 1}).front()));
    return answers;
}

}  // namespace orders
