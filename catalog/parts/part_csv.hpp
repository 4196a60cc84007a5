// Parts as rows of a CSV file.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/csv/csv_import.hpp"
#include "catalog/parts/part_service.hpp"

namespace catalog {

// `attributes` is a JSON object. A row changes the columns that are there, and only those.
inline constexpr std::array<std::string_view, 7> kPartColumns{"number",   "name",   "description", "unit",
                                                              "revision", "active", "attributes"};

std::string to_csv(const std::vector<Part>& parts);
std::vector<PartRow> part_rows(const csv::Table& table);

}  // namespace catalog
