// How the catalog is asked to make what was ordered, and how its word of what is made moves orders on.
#include <algorithm>
#include <unordered_map>

#include "orders/service.hpp"

namespace orders {
namespace {

using base::ProductionAnswer;
using base::ProductionFact;
using base::ProductionFactAnswer;
using base::ProductionFactOutcome;
using base::pg::Transaction;
using store::StoredProduction;

std::vector<std::string> sorted(std::vector<std::string> ids) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
}

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

    void take(ProductionAnswer answer) {
        auto* stored = find(answer.order_id);
        if (stored == nullptr) return;
        std::erase_if(answer.work_orders,
                      [&](const base::WorkOrder& one) { return !belongs(one.id, answer.order_id); });
        stored->book.take(answer);
    }

    void save() {
        std::vector<store::StoredWorkOrder> work_orders;
        std::vector<store::Step> steps;
        for (std::size_t i = 0; i < stored_.size(); ++i) {
            add_changed(before_[i], stored_[i], work_orders);
            add_steps(stored_[i], steps);
        }
        if (!work_orders.empty()) store::save_work_orders(tx_, work_orders);
        if (!steps.empty()) store::save_steps(tx_, steps);
    }

private:
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
auto again_after_race(F run) {
    return [run = std::move(run)](Transaction& tx) {
        try {
            return run(tx);
        } catch (const pqxx::unique_violation& error) {
            throw pqxx::serialization_failure{error.what()};
        }
    };
}

}  // namespace

std::vector<base::ProductionRequest> Service::claim_production(int most, std::chrono::milliseconds lease) {
    const auto claimed =
        db_.single([&](Transaction& tx) { return store::claim_production(tx, most, lease); });
    if (claimed.empty()) return {};
    auto wanted = db_.single([&](Transaction& tx) { return store::lines_to_make(tx, claimed); });
    if (wanted.size() == claimed.size()) return wanted;
    db_.transact([&](Transaction& tx) {
        std::vector<std::string> unwanted;
        for (const auto& stored : store::lock_production(tx, claimed)) {
            const auto& book = stored.book;
            if (!wants_production(stored.payment_state, book.fulfilment, book.canceled))
                unwanted.push_back(stored.id.value());
        }
        store::delete_production(tx, unwanted);
    });
    return wanted;
}

void Service::record_production(std::span<const ProductionAnswer> answers) {
    std::vector<std::string> order_ids;
    std::vector<std::string> work_orders;
    for (const auto& answer : answers) {
        order_ids.push_back(answer.order_id);
        for (const auto& one : answer.work_orders) work_orders.push_back(one.id);
    }
    order_ids = sorted(std::move(order_ids));
    db_.transact(again_after_race([&](Transaction& tx) {
        Books books{tx, order_ids, work_orders};
        for (const auto& answer : answers) books.take(answer);
        books.save();
        store::set_production_answered(tx, order_ids);
    }));
}

std::vector<ProductionFactAnswer> Service::apply(std::span<const ProductionFact> facts) {
    std::vector<std::string> order_ids;
    std::vector<std::string> work_orders;
    for (const auto& fact : facts) {
        order_ids.push_back(fact.order_id);
        work_orders.push_back(fact.work_order);
    }
    order_ids = sorted(std::move(order_ids));
    return db_.transact(again_after_race([&](Transaction& tx) {
        Books books{tx, order_ids, work_orders};
        std::vector<ProductionFactAnswer> answers;
        for (const auto& fact : facts) answers.push_back({fact.work_order, books.take(fact)});
        books.save();
        return answers;
    }));
}

void Service::postpone_production(const std::vector<std::string>& order_ids, std::chrono::milliseconds first,
                                  std::chrono::milliseconds most) {
    db_.single([&](Transaction& tx) { store::postpone_production(tx, order_ids, first, most); });
}

void Service::make_production_due() {
    db_.single([](Transaction& tx) { store::make_production_due(tx); });
}

std::optional<std::string> Service::find_forgotten_production(const std::string& after) {
    constexpr int kPage = 1000;
    return db_.single([&](Transaction& tx) { return store::want_forgotten_production(tx, after, kPage); });
}

store::ProductionBacklog Service::count_production() {
    return db_.single([](Transaction& tx) { return store::count_production(tx); });
}

}  // namespace orders
