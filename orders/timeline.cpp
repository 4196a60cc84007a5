#include "orders/timeline.hpp"

#include <algorithm>
#include <iterator>

namespace orders {
namespace {

// In the order of the enum.
constexpr std::string_view kChangeKinds[] = {"created", "changed", "canceled", "in_production",
                                             "ready",   "shipped", "delivered"};
static_assert(std::size(kChangeKinds) == static_cast<std::size_t>(ChangeKind::delivered) + 1);

}  // namespace

std::string_view to_string(ChangeKind kind) {
    return kChangeKinds[static_cast<std::size_t>(kind)];
}

std::optional<ChangeKind> parse_change_kind(std::string_view text) {
    const auto found = std::ranges::find(kChangeKinds, text);
    if (found == std::end(kChangeKinds)) return {};
    return static_cast<ChangeKind>(found - std::begin(kChangeKinds));
}

std::vector<std::string> changed_fields(const Draft& before, const Draft& after) {
    std::vector<std::string> fields;
    if (before.currency != after.currency) fields.emplace_back("currency");
    if (before.email != after.email) fields.emplace_back("email");
    if (before.client_id != after.client_id) fields.emplace_back("client_id");
    if (before.client_reference != after.client_reference) fields.emplace_back("client_reference");
    if (before.shipping_address != after.shipping_address) fields.emplace_back("shipping_address");
    if (before.billing_address != after.billing_address) fields.emplace_back("billing_address");
    if (before.lines != after.lines) fields.emplace_back("lines");
    if (before.metadata != after.metadata) fields.emplace_back("metadata");
    return fields;
}

}  // namespace orders
