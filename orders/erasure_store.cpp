#include "orders/erasure.hpp"

#include "mail/mail_request.hpp"

namespace orders::store {

using core::OrderId;
using postgres::Transaction;

namespace {

postgres::Binary array_of(const OrderIds& ids) {
    postgres::TextArray array;
    for (const auto& id : ids) array.add(id.value());
    return array.parameter();
}

}  // namespace

// A lock and no row, because most clients are not in the table. The number keeps it apart from other locks.
constexpr auto kLockClient = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7214386312))";
void lock_client(Transaction& tx, const std::string& client_id) {
    tx.exec(kLockClient, client_id);
}

constexpr auto kLockClientShared = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 7214386312))";
void lock_client_shared(Transaction& tx, const std::string& client_id) {
    tx.exec(kLockClientShared, client_id);
}

constexpr auto kNoteErasedClient = R"sql(
    INSERT INTO erased_clients (client_id) VALUES ($1) ON CONFLICT (client_id) DO NOTHING
)sql";
void note_erased_client(Transaction& tx, const std::string& client_id) {
    tx.exec(kNoteErasedClient, client_id);
}

constexpr auto kIsErasedClient = "SELECT FROM erased_clients WHERE client_id = $1";
bool is_erased_client(Transaction& tx, const std::string& client_id) {
    return !tx.exec(kIsErasedClient, client_id).empty();
}

// Whose an erased order of a guest was nobody knows.
constexpr auto kLockOrdersOf = R"sql(
    SELECT id
      FROM orders
     WHERE client_id = $1 OR client_id IS NULL AND $2 <> '' AND lower(email) = lower($2) AND email <> $3
     ORDER BY id
       FOR NO KEY UPDATE
)sql";
OrderIds lock_orders_of(Transaction& tx, const ErasedClient& client) {
    tx.plan_for_values();
    OrderIds ids;
    for (const auto& row : tx.exec(kLockOrdersOf, client.client_id, client.email, kErasedEmail))
        ids.push_back(OrderId::trusted(row[0].c_str()));
    return ids;
}

constexpr auto kEraseTrackingNumbers = R"sql(
    UPDATE shipments SET tracking_number = NULL WHERE order_id = ANY ($1::text[]) AND tracking_number IS NOT NULL
)sql";
void erase_tracking_numbers(Transaction& tx, const OrderIds& ids) {
    tx.exec(kEraseTrackingNumbers, array_of(ids));
}

constexpr auto kErasePublished = R"sql(
    UPDATE outbox
       SET data = data || personal::jsonb || CASE WHEN data ? 'shipments' THEN jsonb_build_object('shipments',
               (SELECT coalesce(jsonb_agg(shipment || '{"tracking_number": null}'), '[]')
                  FROM jsonb_array_elements(data -> 'shipments') AS shipment)) ELSE '{}' END
      FROM unnest($1::text[], $2::text[]) AS erased (order_id, personal)
     WHERE subject = order_id AND data ? 'email'
)sql";
void erase_published(Transaction& tx, const OrderIds& ids, const std::vector<std::string>& personal) {
    postgres::TextArray texts;
    for (const auto& text : personal) texts.add(text);
    tx.exec(kErasePublished, array_of(ids), texts.parameter());
}

constexpr auto kErasePublishedMails = R"sql(
    UPDATE outbox SET data = $2::jsonb
     WHERE subject = ANY ($1::text[]) AND type = 'mail.requested' AND data IS NOT NULL
)sql";
void erase_published_mails(Transaction& tx, const OrderIds& ids) {
    tx.exec(kErasePublishedMails, array_of(ids), mail::kErasedData);
}

constexpr auto kEraseAnswersOfSubscribers = R"sql(
    UPDATE subscription_attempts SET answer = ''
     WHERE event_id IN (SELECT id FROM outbox WHERE subject = ANY ($1::text[])) AND answer <> ''
)sql";
void erase_answers_of_subscribers(Transaction& tx, const OrderIds& ids) {
    tx.exec(kEraseAnswersOfSubscribers, array_of(ids));
}

constexpr auto kDeleteKeptAnswers = R"sql(
    DELETE FROM idempotency_keys
     WHERE EXISTS (SELECT FROM unnest($1::text[]) AS erased (order_id) WHERE strpos(body, order_id) > 0)
)sql";
void delete_kept_answers(Transaction& tx, const OrderIds& ids) {
    tx.exec(kDeleteKeptAnswers, array_of(ids));
}

}  // namespace orders::store
