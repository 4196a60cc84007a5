#include "auth/api_clients/api_client_store.hpp"

#include "postgres/sql.hpp"

namespace auth::store {
namespace {

using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;

constexpr auto kLive = sql("(expires_at IS NULL OR expires_at > now())");
// Scopes have no blanks in them.
constexpr auto kSelectPrograms =
    sql("SELECT id, name, role, array_to_string(scopes, ' ') AS scopes, version, ",
        select_times("last_used_at", "revoked_at", "created_at", "updated_at"),
        ", (SELECT count(*) FROM api_client_secrets WHERE api_client_id = api_clients.id AND ", kLive,
        ") AS live_secrets FROM api_clients ");

ApiClient read_program(const postgres::Row& row) {
    return {.id = row["id"].c_str(),
            .draft = {.name = row["name"].c_str(),
                      .role = http::parse_role(row["role"].c_str()).value(),
                      .scopes = parse_scopes(row["scopes"].c_str()).value()},
            .last_used_at = read_optional_time(row["last_used_at"]),
            .revoked_at = read_optional_time(row["revoked_at"]),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"]),
            .live_secrets = row["live_secrets"].as<int>()};
}

std::optional<ApiClient> read_first(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_program(rows.front());
}

}  // namespace

constexpr auto kFindProgram = sql(kSelectPrograms, "WHERE id = $1");
std::optional<ApiClient> find_program(Transaction& tx, const std::string& id) {
    return read_first(tx.exec(kFindProgram, id));
}

constexpr auto kFindProgramForUpdate = sql(kSelectPrograms, "WHERE id = $1 FOR NO KEY UPDATE");
std::optional<ApiClient> find_program_for_update(Transaction& tx, const std::string& id) {
    return read_first(tx.exec(kFindProgramForUpdate, id));
}

constexpr auto kListPrograms = sql(kSelectPrograms, "WHERE $1 = '' OR id < $1 ORDER BY id DESC LIMIT $2");
std::vector<ApiClient> list_programs(Transaction& tx, const rest::Page& page) {
    std::vector<ApiClient> programs;
    for (const auto& row : tx.exec(kListPrograms, page.starting_after, page.limit + 1))
        programs.push_back(read_program(row));
    return programs;
}

constexpr auto kInsertProgram = R"sql(
    INSERT INTO api_clients (id, name, role, scopes) VALUES ($1, $2, $3, $4::text[])
        ON CONFLICT DO NOTHING
)sql";
bool insert_program(Transaction& tx, const std::string& id, const ApiClientDraft& draft) {
    return tx.exec(kInsertProgram, id, draft.name, std::string{to_string(draft.role)},
                   postgres::text_array(draft.scopes))
               .affected_rows() == 1;
}

constexpr auto kSaveProgram = R"sql(
    UPDATE api_clients
       SET name = $2, role = $3, scopes = $4::text[], version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_program(Transaction& tx, const std::string& id, const ApiClientDraft& draft) {
    tx.exec(kSaveProgram, id, draft.name, std::string{to_string(draft.role)},
            postgres::text_array(draft.scopes));
}

constexpr auto kRevokeProgram = R"sql(
    UPDATE api_clients SET revoked_at = now(), version = version + 1, updated_at = now()
     WHERE id = $1 AND revoked_at IS NULL
)sql";
void revoke_program(Transaction& tx, const std::string& id) {
    tx.exec(kRevokeProgram, id);
}

constexpr auto kSetProgramUsed = R"sql(
    UPDATE api_clients SET last_used_at = now()
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)sql";
void set_program_used(Transaction& tx, const std::string& id) {
    tx.exec(kSetProgramUsed, id);
}

constexpr auto kInsertSecret = R"sql(
    INSERT INTO api_client_secrets (api_client_id, sha256) VALUES ($1, $2)
)sql";
void insert_secret(Transaction& tx, const std::string& program_id, const std::string& sha256) {
    tx.exec(kInsertSecret, program_id, sha256);
}

constexpr auto kLiveSecrets =
    sql("SELECT sha256 FROM api_client_secrets WHERE api_client_id = $1 AND ", kLive);
std::vector<std::string> live_secrets(Transaction& tx, const std::string& program_id) {
    std::vector<std::string> secrets;
    for (const auto& row : tx.exec(kLiveSecrets, program_id)) secrets.emplace_back(row[0].c_str());
    return secrets;
}

constexpr auto kEndSecrets = R"sql(
    UPDATE api_client_secrets AS s
       SET expires_at = least(s.expires_at, CASE WHEN older THEN now() ELSE now() + $2 * interval '1 second' END)
      FROM (SELECT sha256, row_number() OVER (ORDER BY created_at DESC, sha256) > 1 AS older
              FROM api_client_secrets
             WHERE api_client_id = $1 AND (expires_at IS NULL OR expires_at > now())) AS live
     WHERE live.sha256 = s.sha256
)sql";
void end_secrets(Transaction& tx, const std::string& program_id, std::chrono::seconds overlap) {
    tx.exec(kEndSecrets, program_id, overlap.count());
}

}  // namespace auth::store
