// Reading of an event's payload: one JSON object, all of whose wrong fields are named at once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json_reader.hpp"
#include "core/result.hpp"

namespace contracts {

// `path` stands in front of the fields' names in an error.
template <class Read>
auto read_payload(std::string_view text, std::string path, Read read)
    -> core::Result<decltype(read(std::declval<core::json::ObjectReader&>()))> {
    const auto document = core::json::parse_object(text);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, std::move(path), errors};
    auto value = read(reader);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return value;
}

}  // namespace contracts
