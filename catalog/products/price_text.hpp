// Prices as people write them in files: "21.00" of EUR, "1200" of JPY. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/money.hpp"

namespace catalog {

// In the currency's major unit, with exactly the decimals ISO 4217 gives it.
std::string to_price_text(const core::Money& price);
// Nothing but what to_price_text writes, but for zeros in front: a price that lost its decimals to a
// spreadsheet, or has a comma, is not guessed at.
std::optional<core::Money> parse_price_text(std::string_view text, const core::Currency& currency);

}  // namespace catalog
