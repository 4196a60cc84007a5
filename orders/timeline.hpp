// What happened to an order, in the order it happened. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contracts/payment_fact.hpp"
#include "core/clock.hpp"
#include "orders/order.hpp"

namespace orders {

enum class ChangeKind { created, changed, canceled, in_production, ready, shipped, delivered };
std::string_view to_string(ChangeKind kind);
std::optional<ChangeKind> parse_change_kind(std::string_view text);

// Something done to the order through its own API, or by its production.
struct Change {
    ChangeKind kind;
    std::vector<std::string> fields = {};           // changed: which of the draft
    std::optional<core::ShipmentId> shipment = {};  // shipped, delivered: which
};

// What happened, and the states before and after it; each entry makes one version of the order.
struct TimelineEntry {
    std::int64_t version;
    core::Time at;
    std::variant<Change, contracts::PaymentFact> what;
    std::pair<PaymentState, PaymentState> payment_state;
    std::optional<std::pair<FulfilmentState, FulfilmentState>> fulfilment_state;  // facts leave it alone
};

// The names of the fields two drafts differ in.
std::vector<std::string> changed_fields(const Draft& before, const Draft& after);

}  // namespace orders
