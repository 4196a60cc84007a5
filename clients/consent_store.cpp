#include "clients/store.hpp"
#include "postgres/sql.hpp"

namespace clients::store {
namespace {

using postgres::sql;

constexpr auto kSelectConsents = sql("SELECT id, purpose, granted, policy_version, source, ",
                                     postgres::select_times("at"), " FROM consents ");

Consent read(const postgres::Row& row) {
    return {.id = ConsentId::trusted(row["id"].c_str()),
            .draft = {.purpose = row["purpose"].c_str(),
                      .granted = row["granted"].as<bool>(),
                      .policy_version = row["policy_version"].c_str(),
                      .source = row["source"].c_str()},
            .at = postgres::read_time(row["at"])};
}

std::vector<Consent> read_all(const postgres::Rows& rows) {
    std::vector<Consent> consents;
    for (const auto& row : rows) consents.push_back(read(row));
    return consents;
}

}  // namespace

constexpr auto kInsertConsent = R"sql(
    INSERT INTO consents (id, client_id, purpose, granted, policy_version, source)
    VALUES ($1, $2, $3, $4, $5, $6)
)sql";
void insert_consent(Transaction& tx, const ClientId& id, const ConsentId& consent,
                    const ConsentDraft& draft) {
    tx.exec(kInsertConsent, consent.value(), id.value(), draft.purpose, draft.granted, draft.policy_version,
            draft.source);
}

constexpr auto kFindConsent = sql(kSelectConsents, "WHERE id = $1");
std::optional<Consent> find_consent(Transaction& tx, const ConsentId& consent) {
    const auto rows = tx.exec(kFindConsent, consent.value());
    if (rows.empty()) return {};
    return read(rows.front());
}

constexpr auto kListConsents = sql(kSelectConsents, R"sql(
     WHERE client_id = $1 AND ($2::text IS NULL OR purpose = $2) AND ($3 = '' OR id < $3)
     ORDER BY id DESC
     LIMIT $4
)sql");
std::vector<Consent> list_consents(Transaction& tx, const ClientId& id,
                                   const std::optional<std::string>& purpose, const rest::Page& page) {
    return read_all(tx.exec(kListConsents, id.value(), purpose, page.starting_after, page.limit + 1));
}

constexpr auto kAllConsents = sql(kSelectConsents, "WHERE client_id = $1 ORDER BY id");
std::vector<Consent> all_consents(Transaction& tx, const ClientId& id) {
    return read_all(tx.exec(kAllConsents, id.value()));
}

}  // namespace clients::store
