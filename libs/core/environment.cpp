#include "core/environment.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace core {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

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

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

std::string range(long long min, long long max) {
    if (max == INT64_MAX) return std::to_string(min) + " or more";
    return std::to_string(min) + " to " + std::to_string(max);
}

std::string too_short(std::size_t at_least_chars) {
    return "is shorter than " + std::to_string(at_least_chars) + " characters";
}

}  // namespace

Environment::Environment() : Environment([](const char* name) { return std::getenv(name); }) {}

Environment Environment::listing() {
    Environment environment{[](const char*) { return nullptr; }};
    environment.listing_ = true;
    return environment;
}

// ---- from a name to its value

const std::optional<std::string>& Environment::find(const std::string& name) {
    if (const auto known = values_.find(name); known != values_.end()) return known->second;
    return values_[name] = look_up(name);
}

std::optional<std::string> Environment::look_up(const std::string& name) {
    const auto is_set = [](const char* value) { return value != nullptr && *value != '\0'; };
    const char* value = lookup_(name.c_str());
    const auto file_name = name + "_FILE";
    const char* file = lookup_(file_name.c_str());
    if (!is_set(file)) return is_set(value) ? std::optional<std::string>{value} : std::nullopt;
    if (!is_set(value)) return read_file(name, file);
    fault(name, "and " + file_name + " are both set");
    unusable_.insert(name);
    return {};
}

// Neither path nor content is said: a secret might have been given as the one or the other.
std::optional<std::string> Environment::read_file(const std::string& name, const char* path) {
    const auto refuse = [&](const std::string& what) {
        fault(name + "_FILE", what);
        unusable_.insert(name);
        return std::nullopt;
    };
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    std::string content(kMaxFileBytes + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad() || (file.fail() && !file.eof()))
        return refuse("can't be read: " + std::generic_category().message(errno));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > kMaxFileBytes) return refuse("names a file of more than 1 MiB");
    if (content.ends_with('\n')) content.pop_back();
    if (content.empty()) return refuse("names an empty file");
    if (content.find('\0') != std::string::npos) return refuse("names a file with a NUL in it");
    return content;
}

std::string Environment::require(const std::string& name) {
    if (const auto& value = find(name)) return *value;
    if (!unusable_.contains(name)) fault(name, "is missing");
    return {};
}

std::vector<std::string> Environment::require_list(const std::string& name) {
    auto parts = split(require(name));
    if (parts.empty() && find(name)) fault(name, "has no entry");
    return parts;
}

void Environment::note(const Variable& variable, std::string kind, std::optional<std::string> fallback) {
    const auto is_it = [&](const auto& rules) { return rules.variable.name == variable.name; };
    if (std::ranges::none_of(rules_, is_it))
        rules_.push_back({variable, std::move(kind), std::move(fallback), condition_});
}

// ---- by kind

std::string Environment::text(const Variable& variable) {
    note(variable, "text");
    return require(variable.name);
}

std::string Environment::text(const Variable& variable, std::string fallback) {
    note(variable, "text", fallback);
    return find(variable.name).value_or(std::move(fallback));
}

Secret Environment::secret(const Variable& variable, std::size_t at_least_chars) {
    note(variable, "secret, " + std::to_string(at_least_chars) + " characters or more");
    auto value = require(variable.name);
    if (!value.empty() && value.size() < at_least_chars) fault(variable.name, too_short(at_least_chars));
    return Secret{std::move(value)};
}

std::vector<Secret> Environment::secrets(const Variable& variable, std::size_t at_least_chars) {
    note(variable, "secrets, " + std::to_string(at_least_chars) + " characters or more each");
    std::vector<Secret> secrets;
    for (auto& part : require_list(variable.name)) {
        if (part.size() < at_least_chars) fault(variable.name, too_short(at_least_chars));
        secrets.emplace_back(std::move(part));
    }
    return secrets;
}

std::vector<std::string> Environment::list(const Variable& variable) {
    note(variable, "list");
    return require_list(variable.name);
}

std::vector<std::string> Environment::list(const Variable& variable, std::vector<std::string> fallback) {
    note(variable, "list", joined(fallback));
    return find(variable.name) ? require_list(variable.name) : std::move(fallback);
}

long long Environment::number(const Variable& variable, long long fallback, long long min, long long max) {
    note(variable, range(min, max), std::to_string(fallback));
    const auto& value = find(variable.name);
    if (!value) return fallback;
    long long number = 0;
    const auto* last = value->data() + value->size();
    const auto [end, error] = std::from_chars(value->data(), last, number);
    if (error != std::errc{} || end != last || number < min || number > max) {
        fault(variable.name, "must be a whole number from " + range(min, max));
        return fallback;
    }
    return number;
}

std::chrono::milliseconds Environment::milliseconds(const Variable& variable, long long fallback,
                                                    long long min, long long max) {
    return std::chrono::milliseconds{number(variable, fallback, min, max)};
}

void Environment::when(bool holds, const std::string& condition, const std::function<void()>& read) {
    if (!holds && !listing_) return;
    const auto outer = std::exchange(condition_, condition);
    read();
    condition_ = outer;
}

// ---- faults

void Environment::fault(const std::string& name, const std::string& what) {
    auto line = name + " " + what;
    if (std::ranges::find(faults_, line) == faults_.end()) faults_.push_back(std::move(line));
}

void Environment::check() const {
    if (listing_) throw Listed{};
    if (faults_.empty()) return;
    std::string message = "the configuration has " + std::to_string(faults_.size()) + " fault(s):";
    for (const auto& fault : faults_) message += "\n  " + fault;
    throw ConfigError{message};
}

}  // namespace core
