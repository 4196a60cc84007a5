#include "orders/settlement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <string>

namespace orders {
namespace {

using contracts::FactKind;
using contracts::FactOutcome;

constexpr std::int64_t kTotal = 4200;

AppliedFact fact(FactKind kind, std::int64_t amount_minor = 0, const char* subject = "",
                 const char* payment = "pi_1") {
    return {"stripe", payment, {kind, subject, amount_minor}};
}

std::string settled(std::vector<AppliedFact> facts, std::int64_t total_minor = kTotal,
                    bool canceled = false) {
    const auto settlement = settle(total_minor, canceled, std::move(facts));
    if (!settlement) return "overflow";
    auto text = std::string{to_string(settlement->state)} + " " + std::to_string(settlement->paid_minor) +
                " " + std::to_string(settlement->refunded_minor);
    return settlement->disputed_minor == 0 ? text : text + " " + std::to_string(settlement->disputed_minor);
}

const auto kProcessing = fact(FactKind::processing, 0, "ch_2");
const auto kFailed = fact(FactKind::failed, 0, "ch_1");
const auto kCaptured = fact(FactKind::captured, kTotal);
const auto kAuthorized = fact(FactKind::authorized, kTotal);
const auto kCanceled = fact(FactKind::canceled);
const auto kOpened = fact(FactKind::dispute_opened, kTotal, "dp_1");

struct Case {
    const char* what;
    std::vector<AppliedFact> facts;
    const char* settled;  // state, paid, refunded, disputed unless it is 0
};

TEST(Settlement, FollowsTheTable) {
    const auto refunded = [](std::int64_t amount, const char* id = "re_1") {
        return fact(FactKind::refunded, amount, id);
    };
    const auto captured = [](std::int64_t amount, const char* payment = "pi_1") {
        return fact(FactKind::captured, amount, "", payment);
    };
    const Case cases[] = {
        {"nothing told", {}, "unpaid 0 0"},
        {"the buyer has to act", {fact(FactKind::requires_action, 0, "ch_1")}, "unpaid 0 0"},
        {"under way", {kProcessing}, "processing 0 0"},
        {"failed", {kFailed}, "failed 0 0"},
        {"failed, then tried again", {kFailed, kProcessing}, "processing 0 0"},
        {"failed here, open there",
         {kFailed, fact(FactKind::requires_action, 0, "ch_9", "pi_2")},
         "unpaid 0 0"},
        {"canceled by the provider", {kCanceled}, "canceled 0 0"},
        {"one failed, one canceled", {kFailed, fact(FactKind::canceled, 0, "", "pi_2")}, "failed 0 0"},
        {"failed, and a refund that says nothing of the payment",
         {kFailed, fact(FactKind::refund_pending, 1, "re_1", "ch_1")},
         "failed 0 0"},
        {"authorized", {kAuthorized, kProcessing}, "authorized 0 0"},
        {"authorized beats processing elsewhere",
         {kAuthorized, fact(FactKind::processing, 0, "ch_9", "pi_2")},
         "authorized 0 0"},
        {"authorized, then canceled", {kAuthorized, kCanceled}, "canceled 0 0"},
        {"captured", {kCaptured, kAuthorized, kProcessing, kFailed}, "paid 4200 0"},
        {"captured in part", {kAuthorized, captured(1000)}, "partially_paid 1000 0"},
        {"captured part by part", {captured(1000), captured(3000), captured(4200)}, "paid 4200 0"},
        {"two payments make one", {captured(4000), captured(200, "pi_2")}, "paid 4200 0"},
        {"paid twice", {kCaptured, captured(4200, "pi_2")}, "overpaid 8400 0"},
        {"paid twice, once given back",
         {kCaptured, captured(4200, "pi_2"), refunded(4200)},
         "paid 8400 4200"},
        {"paid twice, more given back",
         {kCaptured, captured(4200, "pi_2"), refunded(4201)},
         "partially_refunded 8400 4201"},
        {"paid twice, less given back",
         {kCaptured, captured(4200, "pi_2"), refunded(4199)},
         "overpaid 8400 4199"},
        {"refunded in part", {kCaptured, refunded(200)}, "partially_refunded 4200 200"},
        {"refunded twice", {kCaptured, refunded(200), refunded(300, "re_2")}, "partially_refunded 4200 500"},
        {"refunded", {kCaptured, refunded(4200)}, "refunded 4200 4200"},
        {"part captured, all of it refunded", {captured(1000), refunded(1000)}, "refunded 1000 1000"},
        {"refunded before it is heard captured", {refunded(200)}, "refunded 0 200"},
        {"a refund that failed is none",
         {kCaptured, refunded(200), fact(FactKind::refund_failed, 200, "re_1")},
         "paid 4200 0"},
        {"a refund under way is none yet",
         {kCaptured, fact(FactKind::refund_pending, 200, "re_1")},
         "paid 4200 0"},
        {"disputed", {kCaptured, kOpened}, "disputed 4200 0 4200"},
        {"disputed before it is heard captured", {kOpened}, "disputed 0 0 4200"},
        {"dispute won", {kCaptured, kOpened, fact(FactKind::dispute_won, kTotal, "dp_1")}, "paid 4200 0"},
        {"dispute lost",
         {kCaptured, kOpened, fact(FactKind::dispute_lost, kTotal, "dp_1")},
         "charged_back 4200 0 4200"},
        {"one lost, one open",
         {kCaptured, kOpened, fact(FactKind::dispute_lost, 100, "dp_2")},
         "disputed 4200 0 4300"},
        {"sums that overflow", {captured(INT64_MAX), captured(1, "pi_2")}, "overflow"},
        {"refunds that overflow", {refunded(INT64_MAX), refunded(1, "re_2")}, "overflow"},
    };
    for (const auto& [what, facts, expected] : cases) EXPECT_EQ(settled(facts), expected) << what;
}

TEST(Settlement, OfTwoAccountsTheSameProviderIdIsTwoPayments) {
    auto other = kCaptured;
    other.account = "stripe-de";
    EXPECT_EQ(settled({kCaptured, other}), "overpaid 8400 0");
}

TEST(Settlement, AnOrderForNothingIsPaidUntilItIsCanceled) {
    EXPECT_EQ(settled({}, 0), "paid 0 0");
    EXPECT_EQ(settled({kFailed}, 0), "paid 0 0");
    EXPECT_EQ(settled({}, 0, true), "canceled 0 0");
    EXPECT_EQ(settled({fact(FactKind::captured, 1)}, 0), "overpaid 1 0");
}

TEST(Settlement, CancelingHidesPromisesButNotMoney) {
    EXPECT_EQ(settled({kAuthorized, kProcessing}, kTotal, true), "canceled 0 0");
    EXPECT_EQ(settled({kCaptured}, kTotal, true), "paid 4200 0");
    EXPECT_EQ(settled({fact(FactKind::captured, 1)}, kTotal, true), "partially_paid 1 0");
    EXPECT_EQ(settled({kCaptured, fact(FactKind::refunded, kTotal, "re_1")}, kTotal, true),
              "refunded 4200 4200");
    EXPECT_EQ(settled({kCaptured, kOpened}, kTotal, true), "disputed 4200 0 4200");
}

// ---- any order, any repetition

TEST(Settlement, EveryPermutationWithRandomDuplicatesEndsInOneState) {
    std::vector<AppliedFact> story = {
        kProcessing, kCaptured,
        kFailed,     fact(FactKind::refunded, 200, "re_1"),
        kOpened,     fact(FactKind::dispute_won, kTotal, "dp_1"),
    };
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
    std::minstd_rand random{7};
    int permutations = 0;
    do {
        std::vector<AppliedFact> told;
        for (const auto i : order) {
            told.push_back(story[i]);
            while (random() % 3 == 0) told.push_back(told[random() % told.size()]);
        }
        ASSERT_EQ(settled(told), "partially_refunded 4200 200");
        ++permutations;
    } while (std::ranges::next_permutation(order).found);
    EXPECT_EQ(permutations, 720);
}

const std::vector<const char*> kPayments = {"pi_1", "pi_2", "pi_3"};
const std::vector<const char*> kSubjects = {"", "a_1", "a_2"};

std::vector<AppliedFact> any_facts(std::int64_t max_minor) {
    return *rc::gen::container<std::vector<AppliedFact>>(rc::gen::apply(
        [](int kind, std::int64_t amount, const char* subject, const char* payment) {
            return fact(static_cast<FactKind>(kind), amount, subject, payment);
        },
        rc::gen::inRange(0, static_cast<int>(FactKind::dispute_closed) + 1),
        rc::gen::inRange<std::int64_t>(0, max_minor), rc::gen::elementOf(kSubjects),
        rc::gen::elementOf(kPayments)));
}

TEST(Settlement, DependsNeitherOnOrderNorOnRepetition) {
    const bool holds = rc::check([] {
        const auto facts = any_facts(10'000);
        const auto total = *rc::gen::inRange<std::int64_t>(0, 10'000);
        const auto canceled = *rc::gen::arbitrary<bool>();
        auto shuffled = facts;
        const auto repeated = *rc::gen::inRange<std::size_t>(0, facts.size() + 1);
        shuffled.insert(shuffled.end(), facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(repeated));
        std::shuffle(shuffled.begin(), shuffled.end(), std::minstd_rand{*rc::gen::arbitrary<unsigned>()});
        RC_ASSERT(settle(total, canceled, facts) == settle(total, canceled, shuffled));
    });
    EXPECT_TRUE(holds);
}

TEST(Settlement, NoSumIsEverNegative) {
    const bool holds = rc::check([] {
        const auto settlement = settle(kTotal, false, any_facts(INT64_MAX));
        if (!settlement) return;
        RC_ASSERT(settlement->paid_minor >= 0 && settlement->refunded_minor >= 0 &&
                  settlement->disputed_minor >= 0);
    });
    EXPECT_TRUE(holds);
}

TEST(Settlement, WithoutEnoughMoneyNoOrderIsPaid) {
    const bool holds = rc::check([] {
        const auto settlement = settle(kTotal, false, any_facts(2 * kTotal));
        if (settlement && settlement->state == PaymentState::paid) {
            RC_ASSERT(settlement->paid_minor - settlement->refunded_minor == kTotal);
        }
    });
    EXPECT_TRUE(holds);
}

// ---- what a book takes in

const auto kEur = *core::Currency::parse("EUR");
const auto kUsd = *core::Currency::parse("USD");

PaymentBook book(std::int64_t total_minor = kTotal) {
    return {kEur, total_minor, false, {}, {}};
}

contracts::PaymentFact told(FactKind kind, std::int64_t amount_minor, const char* payment = "pi_1") {
    return {.order_id = "ord_1",
            .account = "stripe",
            .payment = payment,
            .kind = kind,
            .subject = "",
            .amount = {amount_minor, kEur},
            .payment_amount_minor = {},
            .event_id = "evt_1",
            .occurred_at = ""};
}

TEST(PaymentBook, TakesAFactAndSettles) {
    auto order = book();
    const auto captured = told(FactKind::captured, kTotal);
    EXPECT_EQ(order.take(captured, "key").outcome, FactOutcome::applied);
    EXPECT_EQ(order.settlement, (Settlement{PaymentState::paid, kTotal, 0, 0}));
}

TEST(PaymentBook, RefusesAnotherCurrency) {
    auto order = book();
    auto captured = told(FactKind::captured, kTotal);
    captured.amount.currency = kUsd;
    const auto answer = order.take(captured, "key");
    EXPECT_EQ(answer.outcome, FactOutcome::currency_mismatch);
    EXPECT_EQ(answer.detail, "the order is in EUR, the fact in USD");
    EXPECT_EQ(order.settlement, Settlement{});
}

TEST(PaymentBook, RefusesAPaymentForAnotherTotal) {
    for (const std::int64_t wrong : {kTotal - 1, kTotal + 1, std::int64_t{0}}) {
        auto order = book();
        auto captured = told(FactKind::captured, kTotal);
        captured.payment_amount_minor = wrong;
        EXPECT_EQ(order.take(captured, "key").outcome, FactOutcome::amount_mismatch);
        EXPECT_EQ(order.settlement, Settlement{});
        captured.payment_amount_minor = kTotal;
        EXPECT_EQ(order.take(captured, "key").outcome, FactOutcome::applied);
    }
}

TEST(PaymentBook, TakesPartsOfAPaymentForTheWholeTotal) {
    auto order = book();
    auto captured = told(FactKind::captured, 1);
    captured.payment_amount_minor = kTotal;
    EXPECT_EQ(order.take(captured, "key").outcome, FactOutcome::applied);
    EXPECT_EQ(order.settlement.state, PaymentState::partially_paid);
}

TEST(PaymentBook, StaysAsItIsWhenASumWouldOverflow) {
    auto order = book();
    const auto most = told(FactKind::captured, INT64_MAX);
    const auto more = told(FactKind::captured, 1, "pi_2");
    ASSERT_EQ(order.take(most, "one").outcome, FactOutcome::applied);
    EXPECT_EQ(order.take(more, "two").outcome, FactOutcome::transition_refused);
    EXPECT_EQ(order.settlement, (Settlement{PaymentState::overpaid, INT64_MAX, 0, 0}));
    EXPECT_EQ(order.facts.size(), 1U);
}

}  // namespace
}  // namespace orders
