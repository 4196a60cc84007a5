#include "payment/settings.hpp"

#include <algorithm>
#include <array>

#include "payment/providers/registry.hpp"
#include "security/service_token.hpp"

namespace payment {
namespace {

struct AnswerClass {
    std::string_view name;
    int Answers::*status;
};
constexpr std::array<AnswerClass, 5> kClasses{{{"order_pending", &Answers::order_pending},
                                               {"order_unknown", &Answers::order_unknown},
                                               {"mismatch", &Answers::mismatch},
                                               {"refused", &Answers::refused},
                                               {"unavailable", &Answers::unavailable}}};
constexpr std::array<std::pair<std::string_view, int>, 6> kStatuses{
    {{"200", 200}, {"202", 202}, {"409", 409}, {"422", 422}, {"500", 500}, {"503", 503}}};

// main-eu → MAIN_EU
std::string variable_prefix(std::string name) {
    for (auto& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

bool is_account_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

Account read_account(core::Environment& environment, const std::string& name) {
    const auto prefix = variable_prefix(name);
    if (!is_account_name(name)) {
        environment.fault("PROVIDER_ACCOUNTS",
                          "has '" + name + "': a name is lower-case letters, digits and '-'");
    }
    Account account{.name = name, .provider = &provider_of(name), .secrets = {}};
    account.secrets =
        environment.secrets({prefix + "_WEBHOOK_SECRET", "signs the webhooks of the account " + name +
                                                             "; several with commas while it is exchanged"});
    account.tolerance = std::chrono::seconds{environment.number(
        {prefix + "_TOLERANCE_S", "seconds a signature's time may be off"}, 300, 1, 86400)};
    const auto answers = parse_answers(
        environment.list(
            {prefix + "_ANSWERS",
             "answers of the account's own, class=status: order_pending, order_unknown, mismatch, "
             "refused, unavailable"},
            {}),
        account.provider->default_answers);
    if (!answers) {
        environment.fault(
            prefix + "_ANSWERS",
            "must be class=status, … with class order_pending, order_unknown, mismatch, refused or "
            "unavailable and status 200, 202, 409, 422, 500 or 503");
    }
    account.answers = answers.value_or(Answers{});
    return account;
}

}  // namespace

std::optional<Answers> parse_answers(const std::vector<std::string>& overrides, Answers answers) {
    for (const std::string_view item : overrides) {
        const auto equals = std::min(item.find('='), item.size());
        const auto known = std::ranges::find(kClasses, item.substr(0, equals), &AnswerClass::name);
        const auto value = equals < item.size() ? item.substr(equals + 1) : std::string_view{};
        const auto status =
            std::ranges::find(kStatuses, value, [](const auto& entry) { return entry.first; });
        if (known == kClasses.end() || status == kStatuses.end()) return {};
        answers.*known->status = status->second;
    }
    return answers;
}

Settings read_settings(core::Environment& environment) {
    Settings settings;
    for (const auto& name : environment.list(
             {"PROVIDER_ACCOUNTS",
              "accounts at providers; each has variables of its own (stripe-eu: STRIPE_EU_WEBHOOK_SECRET)"},
             {"stripe"})) {
        settings.accounts.push_back(read_account(environment, name));
    }
    settings.orders.base_url = environment.text({"ORDERS_URL", "where orders answers: http://host:port"});
    settings.orders.bearer = security::service_token::read_first(environment);

    constexpr long long kDay = 86'400'000;
    auto& retry = settings.service.retry;
    retry.order_grace = environment.milliseconds(
        {"ORDER_GRACE_MS", "how long an event may wait for an order nobody knows yet"}, 300'000, 0, kDay);
    retry.first = environment.milliseconds(
        {"BACKOFF_INITIAL_MS", "wait before an open event is tried again; doubled"}, 1000, 10, 3'600'000);
    retry.most =
        environment.milliseconds({"BACKOFF_MAX_MS", "the longest wait between tries"}, 300'000, 10, kDay);
    retry.give_up_after = environment.milliseconds(
        {"RETRY_TIMEOUT_MS", "how long an open event is tried; then it is parked"}, 3 * kDay, 0, 365 * kDay);
    settings.service.orders_deadline =
        environment.milliseconds({"ORDERS_DEADLINE_MS", "for orders' answer"}, 2000, 50, 60'000);

    settings.intake.committers = static_cast<std::size_t>(
        environment.number({"WEBHOOK_WORKERS", "threads that store and settle webhooks"}, 2, 1, 32));
    settings.intake.batch_max = static_cast<std::size_t>(
        environment.number({"BATCH_MAX", "webhooks that share one transaction at most"}, 200, 1, 500));
    settings.intake.deadline =
        environment.milliseconds({"ANSWER_DEADLINE_MS", "for the answer to a provider"}, 8000, 100, 60'000);
    settings.service.hold = settings.intake.deadline + std::chrono::seconds{2};
    return settings;
}

}  // namespace payment
