#include "payment/event_publisher.hpp"

#include <unordered_set>

#include "core/json_reader.hpp"
#include "events/event.hpp"
#include "payment/store.hpp"

namespace payment {
namespace {

core::json::Value data_of(const contracts::PaymentFact& fact, bool livemode) {
    return {{"order_id", fact.order_id}, {"account", fact.account},
            {"payment", fact.payment},   {"kind", to_string(fact.kind)},
            {"subject", fact.subject},   {"amount", core::json::from(fact.amount)},
            {"event_id", fact.event_id}, {"occurred_at", fact.occurred_at},
            {"livemode", livemode}};
}

}  // namespace

std::optional<std::string_view> event_types_of(contracts::FactKind kind) {
    using enum contracts::FactKind;
    switch (kind) {
        case captured: return "payment.captured";
        case failed: return "payment.failed";
        case refunded:
        case refunded_total: return "payment.refunded";
        case dispute_opened: return "dispute.opened";
        case dispute_won:
        case dispute_lost:
        case dispute_closed: return "dispute.closed";
        case processing:
        case requires_action:
        case authorized:
        case canceled:
        case refund_pending:
        case refund_failed:
        case dispute_funds_withdrawn:
        case dispute_funds_reinstated: break;
    }
    return {};
}

void publish(postgres::Transaction& tx, std::span<const StoredEvent* const> applied) {
    std::vector<std::string> keys;
    std::vector<std::string> payments;
    std::vector<events::NewEvent> news;
    for (const auto* event : applied) {
        const auto fact = fact_of(*event);
        const auto type = fact ? event_types_of(fact->kind) : std::nullopt;
        if (!type) continue;
        keys.push_back(fact->key());
        payments.push_back(fact->payment);
        news.push_back({std::string{*type}, fact->payment, core::to_unix_us(event->received_at),
                        data_of(*fact, event->livemode).dump(), false, event->traceparent});
    }
    if (news.empty()) return;
    store::lock_payments(tx, payments);
    auto fresh = store::keep_published(tx, keys);
    std::vector<events::NewEvent> told;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (fresh.erase(keys[i]) > 0) told.push_back(std::move(news[i]));
    }
    events::publish(tx, told, telemetry::Trace::current());
}

}  // namespace payment
