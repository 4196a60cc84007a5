// Parts as JSON: what admins say of them.
#pragma once

#include "catalog/parts/part.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "core/result.hpp"

namespace catalog {

Json to_json(const PartDraft& draft);

core::Result<PartDraft> read_part_draft(const core::json::Value& document);
// The whole of what is said now; number and unit must be as before.
core::Result<PartDraft> read_change(const PartDraft& before, const core::json::Value& document);
// What was said before with `patch` upon it (RFC 7396).
core::Result<PartDraft> patched(const PartDraft& before, const core::json::Value& patch);

}  // namespace catalog
