// Which machines a bridge serves: the beginning of their topics. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_bridge {

// factory/v1, factory/v1/{site}, … down to factory/v1/{site}/{area}/{line}/{machine}.
class TopicScope {
public:
    // Nothing when it does not begin with factory/v1, is deeper than a machine, or has an empty level, a
    // wildcard or a control character.
    static std::optional<TopicScope> parse(std::string_view text);

    // What to subscribe to: levels that are not named are any.
    std::vector<std::string> filters() const;
    // The beginning of every topic in it, ending in a slash.
    std::string prefix() const { return text_ + "/"; }
    // Whether there is a machine that both have.
    bool overlaps(const TopicScope& other) const;

private:
    TopicScope(std::string text, int levels) : text_(std::move(text)), levels_(levels) {}
    std::string text_;
    int levels_;
};

}  // namespace mqtt_bridge
