// A text that must not be seen: it can't be printed or logged, and is compared in constant time.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace core {

class Secret {
public:
    explicit Secret(std::string value) : value_(std::move(value)) {}
    // For the one call that needs the bytes.
    std::string_view reveal() const { return value_; }
    bool matches(std::string_view candidate) const;

private:
    std::string value_;
};

// Time depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace core
