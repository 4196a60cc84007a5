// How the catalog's word of what it makes moves orders on.
#include <algorithm>
#include <unordered_map>

#include "orders/event_publisher.hpp"
#include "orders/service.hpp"

namespace orders {
namespace {

using contracts::ProductionFact;
using contracts::ProductionFactOutcome;
using core::Result;
using postgres::Transaction;
using store::StoredProduction;

// The books of some orders, locked, and what is written of them in the end.
class Books {
public:
    // `work_orders` are those to be told of, whichever orders they belong to.
    Books(Transaction& tx, const std::vector<std::string>& order_ids,
          const std::vector<std::string>& work_orders)
        : tx_(tx), stored_(store::lock_production(tx, order_ids)) {
        for (const auto& id : store::production_answered(tx, order_ids)) {
            if (auto* found = find(id)) found->book.all_known = true;
        }
        for (auto& [order_id, work_order] : store::work_orders_of(tx, order_ids, work_orders)) {
            owner_.emplace(work_order.id, order_id);
            if (auto* found = find(order_id)) found->book.work_orders.push_back(std::move(work_order));
        }
        before_ = stored_;
    }

    ProductionFactOutcome take(const ProductionFact& fact) {
        auto* stored = find(fact.order_id);
        if (stored == nullptr) return ProductionFactOutcome::order_unknown;
        if (!belongs(fact.work_order, fact.order_id)) return ProductionFactOutcome::mismatch;
        return stored->book.take(fact);
    }

    // False when there is no such order.
    bool take(contracts::ProductionPlan plan) {
        auto* stored = find(plan.order_id);
        if (stored == nullptr) return false;
        std::erase_if(plan.work_orders,
                      [&](const contracts::WorkOrder& one) { return !belongs(one.id, plan.order_id); });
        stored->book.take(plan);
        return true;
    }

    void save() {
        std::vector<store::StoredWorkOrder> work_orders;
        std::vector<store::Step> steps;
        for (std::size_t i = 0; i < stored_.size(); ++i) {
            add_changed(before_[i], stored_[i], work_orders);
            add_steps(stored_[i], steps);
        }
        if (!work_orders.empty()) store::save_work_orders(tx_, work_orders);
        if (steps.empty()) return;
        store::save_steps(tx_, steps);
        publish_of_ready(steps);
    }

private:
    void publish_of_ready(const std::vector<store::Step>& steps) {
        std::vector<core::OrderId> ids;
        for (const auto& step : steps) {
            if (step.after == FulfilmentState::ready)
                ids.push_back(core::OrderId::trusted(std::string{step.order_id}));
        }
        if (ids.empty()) return;
        auto orders = store::find(tx_, ids);
        store::load_lines(tx_, orders);
        store::load_shipments(tx_, orders);
        std::vector<PendingEvent> news;
        for (const auto& order : orders) news.push_back({"order.ready", &order});
        publish(tx_, news);
    }

    StoredProduction* find(const std::string& id) {
        const auto found = std::ranges::lower_bound(
            stored_, id, {},
            [](const StoredProduction& one) -> const std::string& { return one.id.value(); });
        return found == stored_.end() || found->id.value() != id ? nullptr : &*found;
    }

    // From now on it does, when it was nobody's.
    bool belongs(const std::string& work_order, const std::string& order_id) {
        return owner_.emplace(work_order, order_id).first->second == order_id;
    }

    static void add_changed(const StoredProduction& before, const StoredProduction& after,
                            std::vector<store::StoredWorkOrder>& changed) {
        const auto& known = before.book.work_orders;  // new ones stand behind them
        const auto& now = after.book.work_orders;
        for (std::size_t i = 0; i < now.size(); ++i) {
            const bool same = i < known.size() && known[i].good == now[i].good;
            if (!same) changed.push_back({after.id.value(), now[i]});
        }
    }

    static void add_steps(StoredProduction& stored, std::vector<store::Step>& steps) {
        auto before = stored.book.fulfilment;
        for (const auto after : stored.book.advance()) {
            steps.push_back({stored.id.value(), ++stored.version, stored.payment_state, before, after});
            before = after;
        }
    }

    Transaction& tx_;
    std::vector<StoredProduction> stored_;  // in the order of their ids
    std::vector<StoredProduction> before_;
    std::unordered_map<std::string, std::string> owner_;  // work order → order
};

// A work order is looked for before it is written, so only a transaction beside this one that tells the same
// of another order can have taken it; the next try finds it.
template <class F>
Result<void> again_after_race(F run) {
    try {
        return run();
    } catch (const postgres::UniqueViolation& error) {
        throw postgres::Conflict{error.what()};
    }
}

// Orders are told before anything is made for them, so this one will not come.
core::Error unknown_order(const std::string& id) {
    return core::invalid("order_id", "there is no order " + id);
}

}  // namespace

void lock_orders(Transaction& tx, const std::vector<std::string>& ids) {
    store::lock_production(tx, ids);
}

Result<void> Service::take(Transaction& tx, contracts::ProductionPlan plan) {
    std::vector<std::string> work_orders;
    for (const auto& one : plan.work_orders) work_orders.push_back(one.id);
    const auto order_id = plan.order_id;
    return again_after_race([&]() -> Result<void> {
        Books books{tx, {order_id}, work_orders};
        if (!books.take(std::move(plan))) return unknown_order(order_id);
        books.save();
        store::set_production_answered(tx, order_id);
        return {};
    });
}

Result<void> Service::take(Transaction& tx, const ProductionFact& fact) {
    return again_after_race([&]() -> Result<void> {
        Books books{tx, {fact.order_id}, {fact.work_order}};
        switch (books.take(fact)) {
            case ProductionFactOutcome::order_unknown: return unknown_order(fact.order_id);
            case ProductionFactOutcome::mismatch:
                return core::invalid("work_order",
                                     "belongs to another order or line, or the line to another");
            case ProductionFactOutcome::applied:
            case ProductionFactOutcome::already_applied: break;
        }
        books.save();
        return {};
    });
}

bool Service::publish_missing_paid_events() {
    if (!with_production_) return false;  // nobody is there to make anything
    constexpr int kAtOnce = 100;
    return db_.transact([&](Transaction& tx) {
        const auto unasked = store::take_unasked(tx, kAtOnce);
        std::vector<core::OrderId> wanted;
        for (const auto& stored : store::lock_production(tx, unasked)) {
            const auto& book = stored.book;
            if (wants_production(stored.payment_state, book.fulfilment, book.canceled))
                wanted.push_back(stored.id);
        }
        auto orders = store::find(tx, wanted);
        store::load_lines(tx, orders);
        store::load_shipments(tx, orders);
        std::vector<PendingEvent> news;
        for (const auto& order : orders) news.push_back({"order.paid", &order, true});
        publish(tx, news);
        return !unasked.empty();
    });
}

}  // namespace orders
