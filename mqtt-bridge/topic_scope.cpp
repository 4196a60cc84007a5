#include "mqtt-bridge/topic_scope.hpp"

#include <algorithm>

namespace mqtt_bridge {
namespace {

constexpr std::string_view kRoot = "factory/v1";
constexpr int kMachineLevels = 6;

bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '+' && c != '#';
}

}  // namespace

std::optional<TopicScope> TopicScope::parse(std::string_view text) {
    if (text != kRoot && !text.starts_with(std::string{kRoot} + "/")) return {};
    if (text.ends_with('/') || text.find("//") != std::string_view::npos) return {};
    if (!std::ranges::all_of(text, is_plain)) return {};
    const auto levels = static_cast<int>(std::ranges::count(text, '/')) + 1;
    if (levels > kMachineLevels) return {};
    return TopicScope{std::string{text}, levels};
}

std::vector<std::string> TopicScope::filters() const {
    auto machine = text_;
    for (int level = levels_; level < kMachineLevels; ++level) machine += "/+";
    return {machine + "/evt/#", machine + "/state"};
}

bool TopicScope::overlaps(const TopicScope& other) const {
    return prefix().starts_with(other.prefix()) || other.prefix().starts_with(prefix());
}

}  // namespace mqtt_bridge
