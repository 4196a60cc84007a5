#include "webhooks/subscription.hpp"

#include <algorithm>

#include "core/enum_names.hpp"
#include "core/json_reader.hpp"
#include "events/event.hpp"

namespace webhooks {
namespace {

constexpr core::Names<Disabled, 2> kDisabled{{{Disabled::gone, "gone"}, {Disabled::failing, "failing"}}};

std::string listed(std::span<const std::string_view> types) {
    std::string text;
    for (const auto type : types) text += (text.empty() ? "" : ", ") + std::string{type};
    return text;
}

}  // namespace

std::string_view to_string(Disabled why) {
    return core::name_of(kDisabled, why);
}
std::optional<Disabled> parse_disabled(std::string_view text) {
    return core::find_name(kDisabled, text);
}

std::vector<std::string_view> meant(std::span<const std::string> patterns,
                                    std::span<const std::string_view> types) {
    std::vector<std::string_view> found;
    for (const auto type : types) {
        const auto means = [type](const std::string& text) {
            const auto pattern = events::TypePattern::parse(text);
            return pattern && pattern->matches(type);
        };
        if (std::ranges::any_of(patterns, means)) found.push_back(type);
    }
    return found;
}

core::Result<SubscriptionDraft> read_subscription(const core::json::Value& document,
                                                  std::span<const std::string_view> types) {
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    SubscriptionDraft draft{.url = reader.text("url", {1, 2048}),
                            .types = reader.texts("types", 50, {1, 100}),
                            .description = reader.optional_text("description", {0, 500}).value_or(""),
                            .enabled = reader.boolean("enabled", true)};
    if (draft.types.empty() && errors.empty()) reader.fault("types", "must name at least one");
    for (const auto& pattern : draft.types) {
        if (meant({&pattern, 1}, types).empty())
            reader.fault("types", "has '" + pattern + "', which is none of " + listed(types));
    }
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

}  // namespace webhooks
