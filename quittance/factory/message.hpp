// What a simulated machine says, and where it stands. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quittance::factory {

struct Place {
    std::string site;
    std::string area;
    std::string line;
    std::string machine;
    // lyon/pressing/line-1/press-07
    static std::optional<Place> parse(std::string_view text);
    std::string topic() const { return "factory/v1/" + site + "/" + area + "/" + line + "/" + machine; }
};

struct Message {
    std::int64_t boot;
    std::int64_t seq;
    std::string type;
    std::string payload;
    std::string verdict = "ok";  // what catalog has to say to it
};

// A message with no number of its own: whatever comes of it, nothing is missing when it is refused.
struct Stray {
    std::string type;
    std::string payload;
    std::string verdict;
};

}  // namespace quittance::factory
