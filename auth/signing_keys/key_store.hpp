// Every SQL statement about the keys that sign tokens.
#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "postgres/database.hpp"

namespace auth::store {

using postgres::Transaction;

struct StoredKey {
    std::string kid;
    std::string public_jwk;
    std::string locked_private;
    core::Time created_at;
    core::Time signs_from;
};

// Nobody else makes or deletes keys until the transaction ends.
void lock_keys(Transaction& tx);
// In the order they sign.
std::vector<StoredKey> keys(Transaction& tx);
void insert_key(Transaction& tx, const StoredKey& key);
// The same key, locked otherwise.
void save_lock(Transaction& tx, const StoredKey& key);
void delete_keys(Transaction& tx, const std::vector<std::string>& kids);

}  // namespace auth::store
