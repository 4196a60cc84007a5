#include "clients/store.hpp"
#include "postgres/sql.hpp"

namespace clients::store {
namespace {

using postgres::read_optional;
using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;

constexpr auto kSelectClients =
    sql("SELECT id, coalesce(email, '') AS email, pending_email, name, locale, phone, version, ",
        select_times("email_verified_at", "created_at", "updated_at", "erased_at"), " FROM clients ");

Client read(const postgres::Row& row) {
    return {.id = ClientId::trusted(row["id"].c_str()),
            .email = row["email"].c_str(),
            .pending_email = read_optional<std::string>(row["pending_email"]),
            .email_verified_at = read_optional_time(row["email_verified_at"]),
            .profile = {.name = row["name"].c_str(),
                        .locale = row["locale"].c_str(),
                        .phone = read_optional<std::string>(row["phone"])},
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"]),
            .erased_at = read_optional_time(row["erased_at"])};
}

std::optional<Client> read_first(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read(rows.front());
}

std::optional<std::int64_t> unix_us(const std::optional<core::Time>& time) {
    return time ? std::optional{core::to_unix_us(*time)} : std::nullopt;
}

}  // namespace

constexpr auto kReadOnly = R"sql(
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
)sql";
void read_only(Transaction& tx) {
    tx.exec(kReadOnly);
}

constexpr auto kInsert = R"sql(
    INSERT INTO clients (id, email, name, locale, phone)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (lower(email)) WHERE email IS NOT NULL DO NOTHING
)sql";
bool insert(Transaction& tx, const ClientId& id, const Registration& registration) {
    const auto& profile = registration.profile;
    return tx.exec(kInsert, id.value(), registration.email, profile.name, profile.locale, profile.phone)
               .affected_rows() == 1;
}

constexpr auto kFind = sql(kSelectClients, "WHERE id = $1");
std::optional<Client> find(Transaction& tx, const ClientId& id) {
    return read_first(tx.exec(kFind, id.value()));
}

constexpr auto kFindForUpdate = sql(kSelectClients, "WHERE id = $1 FOR NO KEY UPDATE");
std::optional<Client> find_for_update(Transaction& tx, const ClientId& id) {
    return read_first(tx.exec(kFindForUpdate, id.value()));
}

constexpr auto kFindByEmailForUpdate =
    sql(kSelectClients, "WHERE lower(email) = lower($1) FOR NO KEY UPDATE");
std::optional<Client> find_by_email_for_update(Transaction& tx, const std::string& email) {
    return read_first(tx.exec(kFindByEmailForUpdate, email));
}

constexpr auto kIsEmailTaken = R"sql(
    SELECT EXISTS (SELECT FROM clients WHERE lower(email) = lower($1))
)sql";
bool is_email_taken(Transaction& tx, const std::string& email) {
    return tx.exec(kIsEmailTaken, email)[0][0].as<bool>();
}

constexpr auto kList = sql(kSelectClients, R"sql(
     WHERE ($1::text IS NULL OR lower(email) = lower($1))
       AND ($2::bigint IS NULL OR created_at > to_timestamp($2 / 1000000.0))
       AND ($3::bigint IS NULL OR created_at < to_timestamp($3 / 1000000.0))
       AND ($4 = '' OR id < $4)
     ORDER BY id DESC
     LIMIT $5
)sql");
std::vector<Client> list(Transaction& tx, const Filter& filter, const rest::Page& page) {
    tx.plan_for_values();
    std::vector<Client> clients;
    for (const auto& row : tx.exec(kList, filter.email, unix_us(filter.created_after),
                                   unix_us(filter.created_before), page.starting_after, page.limit + 1))
        clients.push_back(read(row));
    return clients;
}

constexpr auto kNewLoginsSince = sql(kSelectClients, R"sql(
     WHERE erased_at IS NULL AND id > $2
       AND (created_at >= to_timestamp($1::bigint / 1000000.0)
            OR email_verified_at >= to_timestamp($1::bigint / 1000000.0)
            OR id IN (SELECT subject FROM event_deliveries
                       WHERE type = 'client.registered' AND state = 'delivered'
                         AND closed_at >= to_timestamp($1::bigint / 1000000.0)))
     ORDER BY id
     LIMIT $3
       FOR NO KEY UPDATE
)sql");
std::vector<Client> new_logins_since(Transaction& tx, core::Time since, const std::string& after, int most) {
    std::vector<Client> clients;
    for (const auto& row : tx.exec(kNewLoginsSince, core::to_unix_us(since), after, most))
        clients.push_back(read(row));
    return clients;
}

constexpr auto kSaveProfile = R"sql(
    UPDATE clients SET name = $2, locale = $3, phone = $4, version = version + 1, updated_at = now() WHERE id = $1
)sql";
void save_profile(Transaction& tx, const ClientId& id, const Profile& profile) {
    tx.exec(kSaveProfile, id.value(), profile.name, profile.locale, profile.phone);
}

constexpr auto kSavePendingEmail = R"sql(
    UPDATE clients SET pending_email = $2, version = version + 1, updated_at = now() WHERE id = $1
)sql";
void save_pending_email(Transaction& tx, const ClientId& id, const std::optional<std::string>& email) {
    tx.exec(kSavePendingEmail, id.value(), email);
}

constexpr auto kSaveVerifiedEmail = R"sql(
    UPDATE clients
       SET email = $2, pending_email = NULL, email_verified_at = now(), version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_verified_email(Transaction& tx, const ClientId& id, const std::string& email) {
    tx.exec(kSaveVerifiedEmail, id.value(), email);
}

constexpr auto kTouch = R"sql(
    UPDATE clients SET version = version + 1, updated_at = now() WHERE id = $1
)sql";
void touch(Transaction& tx, const ClientId& id) {
    tx.exec(kTouch, id.value());
}

constexpr auto kMayRemind = R"sql(
    UPDATE clients SET reminded_at = now()
     WHERE id = $1 AND (reminded_at IS NULL OR reminded_at < now() - interval '1 hour')
)sql";
bool may_remind(Transaction& tx, const ClientId& id) {
    return tx.exec(kMayRemind, id.value()).affected_rows() == 1;
}

}  // namespace clients::store
