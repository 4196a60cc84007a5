// Every SQL statement about programs and their secrets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/api_clients/api_client.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace auth::store {

using postgres::Transaction;

std::optional<ApiClient> find_program(Transaction& tx, const std::string& id);
std::optional<ApiClient> find_program_for_update(Transaction& tx, const std::string& id);
// One more than the page has room for tells that there are more.
std::vector<ApiClient> list_programs(Transaction& tx, const rest::Page& page);
// False when there is one of that id.
bool insert_program(Transaction& tx, const std::string& id, const ApiClientDraft& draft);
void save_program(Transaction& tx, const std::string& id, const ApiClientDraft& draft);
void revoke_program(Transaction& tx, const std::string& id);
// At most once a minute, so that a busy program does not write all the time.
void set_program_used(Transaction& tx, const std::string& id);

void insert_secret(Transaction& tx, const std::string& program_id, const std::string& sha256);
std::vector<std::string> live_secrets(Transaction& tx, const std::string& program_id);
// Of several that live, the youngest stays for `overlap`, the others end now.
void end_secrets(Transaction& tx, const std::string& program_id, std::chrono::seconds overlap);

}  // namespace auth::store
