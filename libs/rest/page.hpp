// Pages of a list: `limit`, `starting_after` and filters in, {"data":[…],"has_more":…} out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"

namespace rest {

struct Page {
    int limit = 20;              // 1 to 100
    std::string starting_after;  // the id the page starts behind; empty for the first page
};

// Reads the two names and refuses every query name that is neither of them nor in `filters`; the faults of
// both are appended to `errors`.
Page read_page(const http::Request& request, const std::vector<std::string_view>& filters,
               std::vector<core::FieldError>& errors);

// The value of a filter, read by `parse`; nothing when it is not there, and a fault (`wanted`) when it is not
// readable.
template <class Parse>
auto read_filter(const http::Request& request, std::string_view name, const char* wanted,
                 std::vector<core::FieldError>& errors, Parse parse) -> decltype(parse(std::string_view{})) {
    const auto text = request.query_value(name);
    if (!text) return {};
    auto value = parse(std::string_view{*text});
    if (!value) errors.push_back({std::string{name}, wanted});
    return value;
}

// For filters that are any text: printable, not empty.
std::optional<std::string> parse_filter_text(std::string_view text);
constexpr auto kTextWanted = "must be printable text";
// For filters that are true or false.
std::optional<bool> parse_boolean(std::string_view text);
constexpr auto kBooleanWanted = "must be true or false";
constexpr auto kTimeWanted = "must be an RFC 3339 time, such as 2026-11-21T05:47:52Z";

}  // namespace rest
