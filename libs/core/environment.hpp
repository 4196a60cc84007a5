// Configuration: environment variables only, read once in main; start fails with every fault in one message.
//
// Instead of NAME there may be NAME_FILE=/path: the file's content is the value, without one newline at its
// end.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/secret.hpp"

namespace core {

struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a variable is called and what it is: a phrase for people, with unit and example where they help.
struct Variable {
    std::string name;
    std::string about;
};

// How a variable is read, for those who have to set it.
struct VariableRules {
    Variable variable;
    std::string kind;                     // text, secret, list, milliseconds, 1 to 200
    std::optional<std::string> fallback;  // nothing: it is required
    std::string condition;                // it is read only when this holds; empty: always
};

// Read everything, then call `check()` once: it throws ConfigError with a line per fault.
// A method whose variable is wrong answers something harmless, so that the rest can still be read.
class Environment {
public:
    using Lookup = std::function<const char*(const char*)>;
    Environment();
    explicit Environment(Lookup lookup) : lookup_(std::move(lookup)) {}
    // Without any variable, and what is read under a condition is read as well; `check()` throws Listed.
    static Environment listing();
    struct Listed : std::exception {};

    std::string text(const Variable& variable);
    std::string text(const Variable& variable, std::string fallback);
    Secret secret(const Variable& variable, std::size_t at_least_chars = 16);
    // Comma-separated, blanks trimmed, at least one.
    std::vector<std::string> list(const Variable& variable);
    std::vector<std::string> list(const Variable& variable, std::vector<std::string> fallback);
    // Comma-separated: several are live while one is exchanged for another.
    std::vector<Secret> secrets(const Variable& variable, std::size_t at_least_chars = 16);
    long long number(const Variable& variable, long long fallback, long long min, long long max);
    // A number of milliseconds; the variable's name ends in _MS.
    std::chrono::milliseconds milliseconds(const Variable& variable, long long fallback, long long min,
                                           long long max);
    // Calls `read` when `holds`. `condition` says it to people: "AMQP_URL is set".
    void when(bool holds, const std::string& condition, const std::function<void()>& read);

    // A fault found by a caller's own rule.
    void fault(const std::string& name, const std::string& what);
    void check() const;

    // Every variable read so far, once, in the order of reading.
    const std::vector<VariableRules>& rules() const { return rules_; }

private:
    const std::optional<std::string>& find(const std::string& name);
    std::optional<std::string> look_up(const std::string& name);
    std::optional<std::string> read_file(const std::string& name, const char* path);
    std::string require(const std::string& name);
    std::vector<std::string> require_list(const std::string& name);
    void note(const Variable& variable, std::string kind, std::optional<std::string> fallback = {});

    Lookup lookup_;
    bool listing_ = false;
    std::string condition_;
    std::map<std::string, std::optional<std::string>> values_;
    std::set<std::string> unusable_;  // given, and a fault says why that can't be used
    std::vector<std::string> faults_;
    std::vector<VariableRules> rules_;
};

}  // namespace core
