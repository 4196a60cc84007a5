#include "payment/retry_policy.hpp"

#include <gtest/gtest.h>

#include "payment/settings.hpp"

namespace payment {
namespace {

using namespace std::chrono_literals;

const RetryRules kRules{.order_grace = 5min, .first = 1s, .most = 60s, .give_up_after = 72h};
const auto kNow = core::from_unix_s(1760000000);

StoredEvent received(std::chrono::seconds ago, int attempts = 0) {
    return {.id = core::EventId::make(),
            .account = "stripe",
            .provider_event_id = "evt_1",
            .type = "a",
            .livemode = false,
            .created_at = kNow,
            .received_at = kNow - ago,
            .order = {},
            .payment = {},
            .charge = {},
            .statement = {},
            .status = Status::open,
            .reason = {},
            .detail = {},
            .attempts = attempts,
            .next_attempt_at = {}};
}

struct Case {
    Outcome outcome;
    std::chrono::seconds age;
    Status status;
    int answer;
};

// The table of answers, and what becomes of the event.
constexpr Case kCases[] = {
    {Outcome::applied, 0s, Status::applied, 200},
    {Outcome::already_applied, 0s, Status::applied, 200},
    {Outcome::ignored, 0s, Status::ignored, 200},
    {Outcome::order_unknown, 0s, Status::open, 503},
    {Outcome::order_unknown, 299s, Status::open, 503},
    {Outcome::order_unknown, 300s, Status::parked, 422},
    {Outcome::amount_mismatch, 0s, Status::parked, 422},
    {Outcome::currency_mismatch, 0s, Status::parked, 422},
    {Outcome::other_order, 0s, Status::parked, 422},
    {Outcome::transition_refused, 0s, Status::parked, 422},
    {Outcome::unreadable, 0s, Status::parked, 422},
    {Outcome::orders_unavailable, 0s, Status::open, 503},
    {Outcome::orders_unavailable, 71h, Status::open, 503},
    {Outcome::orders_unavailable, 72h, Status::parked, 503},
};

TEST(Policy, DecidesAndAnswersByTheTable) {
    for (const auto& c : kCases) {
        const auto decision = decide(received(c.age), c.outcome, kNow, kRules, 0.5);
        EXPECT_EQ(decision.status, c.status) << to_string(c.outcome) << " after " << c.age.count() << " s";
        EXPECT_EQ(answer_for(c.outcome, decision.status, Answers{}), c.answer) << to_string(c.outcome);
    }
}

TEST(Policy, BacksOffByDoublingUpToTheMost) {
    const auto wait = [](int attempts, double spread) {
        return decide(received(0s, attempts), Outcome::orders_unavailable, kNow, kRules, spread).retry_in;
    };
    EXPECT_EQ(wait(0, 0.0), 500ms);
    EXPECT_EQ(wait(1, 0.0), 1s);
    EXPECT_EQ(wait(3, 0.0), 4s);
    EXPECT_EQ(wait(30, 0.0), 30s);
    EXPECT_EQ(wait(1000000, 0.0), 30s);
    EXPECT_GT(wait(3, 0.9), wait(3, 0.1)) << "the jitter";
    EXPECT_LE(wait(30, 0.999), 60s);
}

TEST(Policy, TriesTheLastTimeWhenTheTimeIsUp) {
    const auto late = decide(received(299s, 10), Outcome::order_unknown, kNow, kRules, 0.5);
    EXPECT_EQ(late.status, Status::open);
    EXPECT_LE(late.retry_in, 1s);
}

TEST(Policy, TakesOverridesPerAccount) {
    const auto answers = parse_answers({"mismatch=200", "order_unknown=200"});
    ASSERT_TRUE(answers);
    EXPECT_EQ(answer_for(Outcome::amount_mismatch, Status::parked, *answers), 200);
    EXPECT_EQ(answer_for(Outcome::order_unknown, Status::parked, *answers), 200);
    EXPECT_EQ(answer_for(Outcome::order_unknown, Status::open, *answers), 503);
    for (const auto* wrong : {"mismatch", "mismatch=", "mismatch=299", "mismatched=200", "=200"}) {
        EXPECT_FALSE(parse_answers({wrong})) << wrong;
    }
}

TEST(Settings, NameEveryFaultAtOnce) {
    core::Environment environment{[](const char* name) -> const char* {
        if (std::string_view{name} == "STRIPE_ANSWERS") return "mismatch=299";
        if (std::string_view{name} == "STRIPE_TOLERANCE_S") return "soon";
        return nullptr;
    }};
    read_settings(environment);
    try {
        environment.check();
        FAIL() << "nothing was found wrong";
    } catch (const core::ConfigError& error) {
        const std::string text = error.what();
        for (const auto* name : {"STRIPE_WEBHOOK_SECRET", "STRIPE_ANSWERS", "STRIPE_TOLERANCE_S",
                                 "ORDERS_URL", "SERVICE_TOKEN"}) {
            EXPECT_NE(text.find(name), std::string::npos) << name << " in " << text;
        }
    }
}

}  // namespace
}  // namespace payment
