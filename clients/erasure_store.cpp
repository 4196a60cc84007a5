#include "clients/store.hpp"
#include "mail/mail_request.hpp"
#include "postgres/sql.hpp"

namespace clients::store {

constexpr auto kErase = R"sql(
    UPDATE clients
       SET email = NULL, pending_email = NULL, email_verified_at = NULL, name = '', locale = '', phone = NULL,
           reminded_at = NULL, erased_at = now(), version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void erase(Transaction& tx, const ClientId& id) {
    tx.exec(kErase, id.value());
}

constexpr auto kDeleteAddresses = R"sql(
    DELETE FROM addresses WHERE client_id = $1
)sql";
void delete_addresses(Transaction& tx, const ClientId& id) {
    tx.exec(kDeleteAddresses, id.value());
}

constexpr auto kEraseConsentSources = R"sql(
    UPDATE consents SET source = '' WHERE client_id = $1 AND source <> ''
)sql";
void erase_consent_sources(Transaction& tx, const ClientId& id) {
    tx.exec(kEraseConsentSources, id.value());
}

constexpr auto kDeleteAnswers = R"sql(
    DELETE FROM idempotency_keys
     WHERE strpos(body, $1) > 0 OR strpos(headers::text, $1) > 0 OR strpos(key, $1) > 0
        OR $2 <> '' AND strpos(lower(key), lower($2)) > 0
)sql";
void delete_answers(Transaction& tx, const Client& client) {
    tx.exec(kDeleteAnswers, client.id.value(), client.email);
}

constexpr auto kErasePublished = R"sql(
    UPDATE outbox AS o SET data = $2::jsonb
     WHERE subject = $1 AND forget_data AND data IS NOT NULL
       AND (type = 'mail.requested' OR routed_at IS NOT NULL AND NOT EXISTS (
               SELECT FROM event_deliveries AS d WHERE d.seq = o.seq AND state IN ('open', 'waiting')))
)sql";
void erase_published(Transaction& tx, const ClientId& id) {
    tx.exec(kErasePublished, id.value(), mail::kErasedData);
}

constexpr auto kInsertErased = R"sql(
    INSERT INTO clients (id, name, locale, erased_at) VALUES ($1, '', '', now())
)sql";
void insert_erased(Transaction& tx, const ClientId& id) {
    tx.exec(kInsertErased, id.value());
}

constexpr auto kNoteErasures = R"sql(
    INSERT INTO erasures (client_id, erased_at)
    SELECT * FROM unnest($1::text[], $2::timestamptz[])
        ON CONFLICT (client_id) DO NOTHING
)sql";
void note_erasures(Transaction& tx, const std::vector<Erasure>& erasures) {
    postgres::TextArray ids;
    postgres::TimeArray times;
    for (const auto& erasure : erasures) {
        ids.add(erasure.client_id.value());
        times.add(erasure.erased_at);
    }
    tx.exec(kNoteErasures, ids.parameter(), times.parameter());
}

constexpr auto kListErasures = postgres::sql("SELECT client_id, ", postgres::select_times("erased_at"), R"sql(
      FROM erasures
     WHERE client_id > $1
     ORDER BY client_id
     LIMIT $2
)sql");
std::vector<Erasure> list_erasures(Transaction& tx, const rest::Page& page) {
    std::vector<Erasure> erasures;
    for (const auto& row : tx.exec(kListErasures, page.starting_after, page.limit + 1))
        erasures.push_back(
            {ClientId::trusted(row["client_id"].c_str()), postgres::read_time(row["erased_at"])});
    return erasures;
}

}  // namespace clients::store
