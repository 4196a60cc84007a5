#include "base/config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace base {
namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        auto part = text.substr(0, comma);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parts;
}

}  // namespace

Environment::Environment() : Environment([](const char* name) { return std::getenv(name); }) {}

const char* Environment::get(const std::string& name) const {
    const char* value = lookup_(name.c_str());
    return value != nullptr && *value != '\0' ? value : nullptr;
}

std::string Environment::text(const std::string& name) {
    if (const char* value = get(name)) return value;
    fault(name, "is missing");
    return {};
}

std::string Environment::text(const std::string& name, std::string fallback) {
    const char* value = get(name);
    return value != nullptr ? value : std::move(fallback);
}

Secret Environment::secret(const std::string& name, std::size_t at_least_chars) {
    auto value = text(name);
    if (!value.empty() && value.size() < at_least_chars) {
        fault(name, "is shorter than " + std::to_string(at_least_chars) + " characters");
    }
    return Secret{std::move(value)};
}

std::vector<std::string> Environment::list(const std::string& name) {
    auto parts = split(text(name));
    if (parts.empty() && get(name) != nullptr) fault(name, "has no entry");
    return parts;
}

std::vector<std::string> Environment::list(const std::string& name, std::vector<std::string> fallback) {
    return get(name) != nullptr ? list(name) : std::move(fallback);
}

long long Environment::number(const std::string& name, long long fallback, long long min, long long max) {
    const char* value = get(name);
    if (value == nullptr) return fallback;
    const std::string_view text{value};
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < min || number > max) {
        fault(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
        return fallback;
    }
    return number;
}

std::chrono::milliseconds Environment::milliseconds(const std::string& name, long long fallback,
                                                    long long min, long long max) {
    return std::chrono::milliseconds{number(name, fallback, min, max)};
}

void Environment::fault(const std::string& name, const std::string& what) {
    auto line = name + " " + what;
    if (std::ranges::find(faults_, line) == faults_.end()) faults_.push_back(std::move(line));
}

void Environment::check() const {
    if (faults_.empty()) return;
    std::string message = "the configuration has " + std::to_string(faults_.size()) + " fault(s):";
    for (const auto& fault : faults_) message += "\n  " + fault;
    throw ConfigError{message};
}

}  // namespace base
