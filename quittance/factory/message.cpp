#include "quittance/factory/message.hpp"

#include <algorithm>
#include <array>

namespace quittance::factory {

std::optional<Place> Place::parse(std::string_view text) {
    std::array<std::string, 4> levels;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto slash = text.find('/');
        const bool is_last = i + 1 == levels.size();
        if ((slash == std::string_view::npos) != is_last) return {};
        levels[i] = text.substr(0, slash);
        if (levels[i].empty() || levels[i].find_first_of("+#") != std::string::npos) return {};
        if (!is_last) text.remove_prefix(slash + 1);
    }
    return Place{levels[0], levels[1], levels[2], levels[3]};
}

}  // namespace quittance::factory
