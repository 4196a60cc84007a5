#include "catalog/ingest/dead_letter.hpp"

#include "core/enum_names.hpp"

namespace catalog {
namespace {

constexpr core::Names<DeadLetterState, 3> kStates{{
    {DeadLetterState::open, "open"},
    {DeadLetterState::replayed, "replayed"},
    {DeadLetterState::discarded, "discarded"},
}};

}  // namespace

std::string_view to_string(DeadLetterState state) {
    return core::name_of(kStates, state);
}
std::optional<DeadLetterState> parse_dead_letter_state(std::string_view text) {
    return core::find_name(kStates, text);
}

}  // namespace catalog
