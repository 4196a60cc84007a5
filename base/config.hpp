// Configuration: environment variables only, read once in main; start fails with every fault in one message.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace base {

struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Read everything, then call `check()` once: it throws ConfigError with a line per fault.
// A method whose variable is wrong answers something harmless, so that the rest can still be read.
class Environment {
public:
    using Lookup = std::function<const char*(const char*)>;
    Environment();
    explicit Environment(Lookup lookup) : lookup_(std::move(lookup)) {}

    std::string text(const std::string& name);
    std::string text(const std::string& name, std::string fallback);
    Secret secret(const std::string& name, std::size_t at_least_chars = 16);
    // Comma-separated, blanks trimmed, at least one.
    std::vector<std::string> list(const std::string& name);
    std::vector<std::string> list(const std::string& name, std::vector<std::string> fallback);
    long long number(const std::string& name, long long fallback, long long min, long long max);
    // A number of milliseconds; the variable's name ends in _MS.
    std::chrono::milliseconds milliseconds(const std::string& name, long long fallback, long long min,
                                           long long max);

    // A fault found by a caller's own rule.
    void fault(const std::string& name, const std::string& what);
    void check() const;

private:
    const char* get(const std::string& name) const;
    Lookup lookup_;
    std::vector<std::string> faults_;
};

}  // namespace base
