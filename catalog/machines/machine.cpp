#include "catalog/machines/machine.hpp"

#include <algorithm>

#include "core/enum_names.hpp"

namespace catalog {
namespace {

constexpr core::Names<GapState, 3> kGapStates{{
    {GapState::open, "open"},
    {GapState::filled, "filled"},
    {GapState::given_up, "given_up"},
}};

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

}  // namespace

bool is_plain_name(std::string_view text) {
    constexpr std::size_t kMost = 64;
    return !text.empty() && text.size() <= kMost && std::ranges::all_of(text, is_plain);
}

std::string_view to_string(GapState state) {
    return core::name_of(kGapStates, state);
}
std::optional<GapState> parse_gap_state(std::string_view text) {
    return core::find_name(kGapStates, text);
}

}  // namespace catalog
