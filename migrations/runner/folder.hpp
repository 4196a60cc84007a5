// Reads the migrations of a folder.
#pragma once

#include <filesystem>
#include <vector>

#include "migrations/runner/plan.hpp"

namespace migrations {

// In order of their versions. Throws std::runtime_error for a folder or file that can't be read, and for a
// .sql file whose name is not NNNN_what.sql: forgetting one silently would be worse.
std::vector<Migration> read_folder(const std::filesystem::path& folder);

}  // namespace migrations
