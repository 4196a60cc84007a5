#include "rest/page.hpp"

#include <algorithm>
#include <charconv>

#include "core/json.hpp"
#include "core/utf8.hpp"

namespace rest {
namespace {

constexpr int kMaxPerPage = 100;

std::optional<int> parse_limit(std::string_view text) {
    int limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > kMaxPerPage)
        return {};
    return limit;
}

void refuse_names(const http::Request& request, const std::vector<std::string_view>& filters,
                  std::vector<core::FieldError>& errors) {
    auto names = request.query_names();
    std::ranges::sort(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool known = names[i] == "limit" || names[i] == "starting_after" ||
                           std::ranges::find(filters, names[i]) != filters.end();
        if (!known) errors.push_back({names[i], "is not a known filter"});
        if (i > 0 && names[i] == names[i - 1]) errors.push_back({names[i], "is given twice"});
        // Taken for absent, a filter would let everything through.
        if (known && !request.query_value(names[i])) errors.push_back({names[i], "is not percent-encoded"});
    }
}

}  // namespace

Page read_page(const http::Request& request, const std::vector<std::string_view>& filters,
               std::vector<core::FieldError>& errors) {
    refuse_names(request, filters, errors);
    Page page;
    if (const auto text = request.query_value("limit")) {
        const auto limit = parse_limit(*text);
        if (!limit) errors.push_back({"limit", "must be a whole number from 1 to 100"});
        page.limit = limit.value_or(page.limit);
    }
    page.starting_after = request.query_value("starting_after").value_or("");
    if (!core::is_printable(page.starting_after)) errors.push_back({"starting_after", kTextWanted});
    return page;
}

std::optional<std::string> parse_filter_text(std::string_view text) {
    if (text.empty() || !core::is_printable(text)) return {};
    return std::string{text};
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return {};
}

}  // namespace rest
