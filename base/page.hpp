// Pages of a list: `limit` and `starting_after` in, {"data":[…],"has_more":…} out.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace base {

struct Page {
    int limit = 20;              // 1 to 100
    std::string starting_after;  // the id the page starts behind; empty for the first page
};

// Reads the two names and refuses every query name that is neither of them nor in `filters`; the faults of
// both are appended to `errors`.
Page read_page(const http::Request& request, std::initializer_list<std::string_view> filters,
               std::vector<FieldError>& errors);

}  // namespace base
