#include "catalog/products/price_text.hpp"

#include <algorithm>
#include <charconv>

namespace catalog {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string to_price_text(const core::Money& price) {
    const auto decimals = static_cast<std::size_t>(price.currency.exponent());
    auto text = std::to_string(price.amount_minor);
    if (decimals == 0) return text;
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    return text.insert(text.size() - decimals, 1, '.');
}

std::optional<core::Money> parse_price_text(std::string_view text, const core::Currency& currency) {
    const auto decimals = static_cast<std::size_t>(currency.exponent());
    std::string digits{text};
    if (decimals > 0) {
        if (text.size() < decimals + 2 || text[text.size() - decimals - 1] != '.') return {};
        digits.erase(text.size() - decimals - 1, 1);
    }
    if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return {};
    core::Money price{0, currency};
    const auto* end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, price.amount_minor).ec != std::errc{}) return {};
    return price;
}

}  // namespace catalog
