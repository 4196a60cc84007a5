#include "auth/signing_keys/key_store.hpp"

#include "postgres/sql.hpp"

namespace auth::store {

constexpr auto kLockKeys = R"sql(
    SELECT pg_advisory_xact_lock(7214386311)
)sql";
void lock_keys(Transaction& tx) {
    tx.exec(kLockKeys);
}

constexpr auto kKeys = postgres::sql("SELECT kid, public_jwk, locked_private, ",
                                     postgres::select_times("created_at", "signs_from"),
                                     " FROM signing_keys ORDER BY signing_keys.signs_from, kid");
std::vector<StoredKey> keys(Transaction& tx) {
    std::vector<StoredKey> keys;
    for (const auto& row : tx.exec(kKeys)) {
        keys.push_back({.kid = row["kid"].c_str(),
                        .public_jwk = row["public_jwk"].c_str(),
                        .locked_private = row["locked_private"].c_str(),
                        .created_at = postgres::read_time(row["created_at"]),
                        .signs_from = postgres::read_time(row["signs_from"])});
    }
    return keys;
}

constexpr auto kInsertKey = R"sql(
    INSERT INTO signing_keys (kid, public_jwk, locked_private, created_at, signs_from)
    VALUES ($1, $2, $3, 'epoch'::timestamptz + $4 * interval '1 microsecond',
            'epoch'::timestamptz + $5 * interval '1 microsecond')
)sql";
void insert_key(Transaction& tx, const StoredKey& key) {
    tx.exec(kInsertKey, key.kid, key.public_jwk, key.locked_private, core::to_unix_us(key.created_at),
            core::to_unix_us(key.signs_from));
}

constexpr auto kSaveLock = "UPDATE signing_keys SET locked_private = $2 WHERE kid = $1";
void save_lock(Transaction& tx, const StoredKey& key) {
    tx.exec(kSaveLock, key.kid, key.locked_private);
}

constexpr auto kDeleteKeys = R"sql(
    DELETE FROM signing_keys WHERE kid = ANY ($1::text[])
)sql";
void delete_keys(Transaction& tx, const std::vector<std::string>& kids) {
    tx.exec(kDeleteKeys, postgres::text_array(kids));
}

}  // namespace auth::store
