#include "base/subscription.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "base/base64.hpp"
#include "base/names.hpp"

namespace base {
namespace {

constexpr Names<Disabled, 2> kDisabled{{{Disabled::gone, "gone"}, {Disabled::failing, "failing"}}};

std::string listed(std::span<const std::string_view> types) {
    std::string text;
    for (const auto type : types) text += (text.empty() ? "" : ", ") + std::string{type};
    return text;
}

}  // namespace

std::string_view to_string(Disabled why) {
    return name_of(kDisabled, why);
}
std::optional<Disabled> parse_disabled(std::string_view text) {
    return find_name(kDisabled, text);
}

bool means(std::string_view pattern, std::string_view type) {
    if (pattern == "*") return true;
    if (!pattern.ends_with(".*")) return pattern == type;
    return type.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool any_means(std::span<const std::string> patterns, std::string_view type) {
    return std::ranges::any_of(patterns, [type](const auto& pattern) { return means(pattern, type); });
}

Result<SubscriptionDraft> read_subscription(const json::Value& document,
                                            std::span<const std::string_view> types) {
    std::vector<FieldError> errors;
    json::Reader reader{document, "", errors};
    SubscriptionDraft draft{.url = reader.text("url", {1, 2048}),
                            .types = reader.texts("types", 50, {1, 100}),
                            .description = reader.optional_text("description", {0, 500}).value_or(""),
                            .enabled = reader.boolean("enabled", true)};
    if (draft.types.empty() && errors.empty()) reader.fault("types", "must name at least one");
    for (const auto& pattern : draft.types) {
        if (std::ranges::none_of(types, [&](auto type) { return means(pattern, type); }))
            reader.fault("types", "has '" + pattern + "', which is none of " + listed(types));
    }
    reader.refuse_unknown();
    if (!errors.empty()) return invalid(std::move(errors));
    return draft;
}

std::string new_webhook_secret() {
    std::string bytes(32, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("no random bytes");
    return "whsec_" + to_base64(bytes);
}

std::chrono::milliseconds retry_after(std::span<const std::chrono::milliseconds> schedule, int tries,
                                      std::optional<std::chrono::seconds> asked, double spread) {
    constexpr std::chrono::milliseconds kMost = std::chrono::hours{24};
    const auto step = std::min(static_cast<std::size_t>(std::max(tries, 1)), schedule.size()) - 1;
    const auto planned = std::chrono::milliseconds{
        static_cast<std::int64_t>(static_cast<double>(schedule[step].count()) * (0.8 + 0.4 * spread))};
    return asked ? std::max(planned, std::min<std::chrono::milliseconds>(*asked, kMost)) : planned;
}

std::string printable(std::string_view bytes) {
    std::string text{bytes};
    if (json::is_printable(text)) return text;
    for (auto& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        if (c < ' ' || c > '~') c = '?';
    }
    return text;
}

}  // namespace base
