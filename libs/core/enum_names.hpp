// An enum's values and what they are called outside, as one table.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace core {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

// `value` must be in the table.
template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) {
    return std::ranges::find(names, value, [](const auto& entry) { return entry.first; })->second;
}

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const Names<Enum, N>& names, std::string_view text) {
    const auto found = std::ranges::find(names, text, [](const auto& entry) { return entry.second; });
    if (found == names.end()) return {};
    return found->first;
}

}  // namespace core
