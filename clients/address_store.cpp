#include "clients/store.hpp"
#include "core/address_json.hpp"
#include "postgres/sql.hpp"

namespace clients::store {
namespace {

using postgres::read_time;
using postgres::select_times;
using postgres::sql;

constexpr auto kSelectAddresses = sql("SELECT id, address, default_shipping, default_billing, version, ",
                                      select_times("created_at", "updated_at"), " FROM addresses ");

KeptAddress read(const postgres::Row& row) {
    return {.id = AddressId::trusted(row["id"].c_str()),
            .draft = {.address = core::stored_address(row["address"].c_str()),
                      .default_shipping = row["default_shipping"].as<bool>(),
                      .default_billing = row["default_billing"].as<bool>()},
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"])};
}

}  // namespace

constexpr auto kListAddresses = sql(kSelectAddresses, "WHERE client_id = $1 ORDER BY id");
std::vector<KeptAddress> list_addresses(Transaction& tx, const ClientId& id) {
    std::vector<KeptAddress> addresses;
    for (const auto& row : tx.exec(kListAddresses, id.value())) addresses.push_back(read(row));
    return addresses;
}

constexpr auto kFindAddress = sql(kSelectAddresses, "WHERE client_id = $1 AND id = $2");
std::optional<KeptAddress> find_address(Transaction& tx, const ClientId& id, const AddressId& address) {
    const auto rows = tx.exec(kFindAddress, id.value(), address.value());
    if (rows.empty()) return {};
    return read(rows.front());
}

constexpr auto kInsertAddress = R"sql(
    INSERT INTO addresses (id, client_id, address, default_shipping, default_billing)
    VALUES ($1, $2, $3, $4, $5)
)sql";
void insert_address(Transaction& tx, const ClientId& id, const AddressId& address,
                    const AddressDraft& draft) {
    tx.exec(kInsertAddress, address.value(), id.value(), core::to_stored(draft.address),
            draft.default_shipping, draft.default_billing);
}

constexpr auto kSaveAddress = R"sql(
    UPDATE addresses
       SET address = $2, default_shipping = $3, default_billing = $4, version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_address(Transaction& tx, const AddressId& address, const AddressDraft& draft) {
    tx.exec(kSaveAddress, address.value(), core::to_stored(draft.address), draft.default_shipping,
            draft.default_billing);
}

constexpr auto kDeleteAddress = R"sql(
    DELETE FROM addresses WHERE id = $1
)sql";
void delete_address(Transaction& tx, const AddressId& address) {
    tx.exec(kDeleteAddress, address.value());
}

constexpr auto kYieldDefaults = R"sql(
    UPDATE addresses
       SET default_shipping = default_shipping AND NOT $3, default_billing = default_billing AND NOT $4,
           version = version + 1, updated_at = now()
     WHERE client_id = $1 AND id <> $2 AND (default_shipping AND $3 OR default_billing AND $4)
)sql";
void yield_defaults(Transaction& tx, const ClientId& id, const AddressId& to, const AddressDraft& draft) {
    tx.exec(kYieldDefaults, id.value(), to.value(), draft.default_shipping, draft.default_billing);
}

}  // namespace clients::store
