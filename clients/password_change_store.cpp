#include "clients/store.hpp"
#include "postgres/sql.hpp"

namespace clients::store {
namespace {

using postgres::sql;

constexpr auto kSelectPasswordChanges =
    sql("SELECT id, status, reason, ", postgres::select_times("created_at", "settled_at"),
        " FROM password_changes ");

PasswordChange read(const postgres::Row& row) {
    return {.id = PasswordChangeId::trusted(row["id"].c_str()),
            .status = core::find_name(kPasswordChangeStatuses, row["status"].c_str()).value(),
            .reason = postgres::read_optional<std::string>(row["reason"]),
            .created_at = postgres::read_time(row["created_at"]),
            .settled_at = postgres::read_optional_time(row["settled_at"])};
}

}  // namespace

constexpr auto kInsertPasswordChange = R"sql(
    INSERT INTO password_changes (id, client_id) VALUES ($1, $2)
)sql";
void insert_password_change(Transaction& tx, const ClientId& id, const PasswordChangeId& change) {
    tx.exec(kInsertPasswordChange, change.value(), id.value());
}

// One that was never settled, as after auth was restored from an older copy, does not stand in the way for
// ever.
constexpr auto kHasPending = R"sql(
    SELECT FROM password_changes
     WHERE client_id = $1 AND status = 'pending' AND created_at > now() - interval '1 day'
     LIMIT 1
)sql";
bool has_pending_password_change(Transaction& tx, const ClientId& id) {
    return !tx.exec(kHasPending, id.value()).empty();
}

constexpr auto kFindPasswordChange = sql(kSelectPasswordChanges, "WHERE client_id = $1 AND id = $2");
std::optional<PasswordChange> find_password_change(Transaction& tx, const ClientId& id,
                                                   const PasswordChangeId& change) {
    const auto rows = tx.exec(kFindPasswordChange, id.value(), change.value());
    if (rows.empty()) return {};
    return read(rows.front());
}

constexpr auto kAllPasswordChanges = sql(kSelectPasswordChanges, "WHERE client_id = $1 ORDER BY id");
std::vector<PasswordChange> all_password_changes(Transaction& tx, const ClientId& id) {
    std::vector<PasswordChange> changes;
    for (const auto& row : tx.exec(kAllPasswordChanges, id.value())) changes.push_back(read(row));
    return changes;
}

constexpr auto kSettlePasswordChange = R"sql(
    UPDATE password_changes SET status = $3, reason = $4, settled_at = now()
     WHERE client_id = $1 AND id = $2 AND status = 'pending'
)sql";
bool settle_password_change(Transaction& tx, const ClientId& id, const PasswordChangeId& change,
                            PasswordChangeStatus status, const std::optional<std::string>& reason) {
    return tx.exec(kSettlePasswordChange, id.value(), change.value(),
                   std::string{core::name_of(kPasswordChangeStatuses, status)}, reason)
               .affected_rows() == 1;
}

}  // namespace clients::store
