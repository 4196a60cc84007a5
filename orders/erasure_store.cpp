#include "orders/erasure.hpp"

#include "base/mail.hpp"

namespace orders::store {

using base::OrderId;
using base::pg::Transaction;

constexpr auto kLockOrdersOf = R"sql(
    SELECT id
      FROM orders
     WHERE (client_id = $1 OR client_id IS NULL AND $2 <> '' AND lower(email) = lower($2)) AND email <> $3
     ORDER BY id
       FOR NO KEY UPDATE
)sql";
std::vector<OrderId> lock_orders_of(Transaction& tx, const ErasedClient& client) {
    tx.plan_for_values();
    std::vector<OrderId> ids;
    for (const auto& row : tx.exec(kLockOrdersOf, client.client_id, client.email, kErasedEmail))
        ids.push_back(OrderId::trusted(row[0].c_str()));
    return ids;
}

constexpr auto kEraseTrackingNumbers = R"sql(
    UPDATE shipments SET tracking_number = NULL WHERE order_id = $1 AND tracking_number IS NOT NULL
)sql";
void erase_tracking_numbers(Transaction& tx, const OrderId& id) {
    tx.exec(kEraseTrackingNumbers, id.value());
}

constexpr auto kEraseTold = R"sql(
    UPDATE outbox
       SET data = data || $2::jsonb || CASE WHEN data ? 'shipments' THEN jsonb_build_object('shipments',
               (SELECT coalesce(jsonb_agg(shipment || '{"tracking_number": null}'), '[]')
                  FROM jsonb_array_elements(data -> 'shipments') AS shipment)) ELSE '{}' END
     WHERE subject = $1 AND data ? 'email'
)sql";
void erase_told(Transaction& tx, const OrderId& id, const std::string& personal) {
    tx.exec(kEraseTold, id.value(), personal);
}

constexpr auto kEraseToldMails = R"sql(
    UPDATE outbox SET data = $2::jsonb WHERE subject = $1 AND type = 'mail.requested' AND data IS NOT NULL
)sql";
void erase_told_mails(Transaction& tx, const OrderId& id) {
    tx.exec(kEraseToldMails, id.value(), base::mail::kErasedData);
}

constexpr auto kEraseAnswersOfSubscribers = R"sql(
    UPDATE subscription_attempts SET answer = ''
     WHERE event_id IN (SELECT id FROM outbox WHERE subject = $1) AND answer <> ''
)sql";
void erase_answers_of_subscribers(Transaction& tx, const OrderId& id) {
    tx.exec(kEraseAnswersOfSubscribers, id.value());
}

constexpr auto kDeleteKeptAnswers = R"sql(
    DELETE FROM idempotency_keys WHERE strpos(body, $1) > 0
)sql";
void delete_kept_answers(Transaction& tx, const OrderId& id) {
    tx.exec(kDeleteKeptAnswers, id.value());
}

}  // namespace orders::store
