// What payment tells others of: facts that are in their order's books.
#pragma once

#include <span>
#include <string_view>

#include "payment/event.hpp"
#include "postgres/database.hpp"

namespace payment {

// What may be told outside.
inline constexpr std::string_view kPublicEventTypes[] = {
    "payment.captured", "payment.failed", "payment.refunded", "dispute.opened", "dispute.closed"};

// As what a fact is told; nothing when it is not.
std::optional<std::string_view> event_types_of(contracts::FactKind kind);

// Tells of the events' facts that nobody has been told of yet. Subject: the provider's id of the payment; the
// version grows with time, not by one. The payments stay locked until the transaction ends, so that what is
// told of one is delivered in the order it was told.
void publish(postgres::Transaction& tx, std::span<const StoredEvent* const> applied);

}  // namespace payment
