#include "contracts/payment_fact.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace contracts {
namespace {

using enum FactKind;

struct Case {
    std::vector<FactView> facts;
    PaymentSummary expected;
};

const Case kCases[] = {
    {{}, {}},
    {{{processing, "ch_1", 0}}, {.status = PaymentStatus::processing}},
    {{{requires_action, "pm_1", 0}}, {.status = PaymentStatus::requires_action}},
    {{{processing, "ch_1", 0}, {failed, "ch_1", 0}}, {.status = PaymentStatus::failed}},
    {{{failed, "ch_1", 0}, {processing, "ch_2", 0}}, {.status = PaymentStatus::processing}},
    {{{authorized, "", 100}}, {.status = PaymentStatus::authorized, .authorized_minor = 100}},
    {{{authorized, "", 100}, {canceled, "", 0}},
     {.status = PaymentStatus::canceled, .authorized_minor = 100}},
    {{{captured, "", 40}, {captured, "", 100}}, {.status = PaymentStatus::captured, .captured_minor = 100}},
    {{{captured, "", 100}, {failed, "ch_1", 0}}, {.status = PaymentStatus::captured, .captured_minor = 100}},
    // refunds
    {{{refund_pending, "re_1", 30}}, {}},
    {{{refund_pending, "re_1", 30}, {refunded, "re_1", 30}}, {.refunded_minor = 30}},
    {{{refunded, "re_1", 30}, {refunded, "re_2", 20}}, {.refunded_minor = 50}},
    {{{refunded, "re_1", 30}, {refund_failed, "re_1", 30}}, {.refunded_minor = 0}},
    {{{refunded_total, "", 30}}, {.refunded_minor = 30}},
    {{{refunded_total, "", 30}, {refunded, "re_1", 30}}, {.refunded_minor = 30}},
    {{{refunded_total, "", 50}, {refunded, "re_1", 30}}, {.refunded_minor = 50}},
    {{{refunded_total, "", 30}, {refund_failed, "re_1", 30}}, {.refunded_minor = 0}},
    // disputes
    {{{dispute_opened, "dp_1", 100}}, {.disputed_minor = 100, .dispute_open = true}},
    {{{dispute_funds_withdrawn, "dp_1", 100}}, {.disputed_minor = 100, .dispute_open = true}},
    {{{dispute_opened, "dp_1", 100}, {dispute_won, "dp_1", 100}}, {}},
    {{{dispute_opened, "dp_1", 100}, {dispute_closed, "dp_1", 100}}, {}},
    {{{dispute_funds_withdrawn, "dp_1", 100}, {dispute_funds_reinstated, "dp_1", 100}}, {}},
    {{{dispute_opened, "dp_1", 100}, {dispute_lost, "dp_1", 100}},
     {.disputed_minor = 100, .dispute_lost = true}},
    {{{dispute_lost, "dp_1", 100}, {dispute_won, "dp_1", 100}}, {}},
    {{{dispute_won, "dp_1", 40}, {dispute_opened, "dp_2", 60}}, {.disputed_minor = 60, .dispute_open = true}},
};

TEST(SummarizePayment, FollowsTheRules) {
    for (const auto& c : kCases) {
        const auto summary = summarize_payment(c.facts);
        ASSERT_TRUE(summary);
        EXPECT_EQ(*summary, c.expected) << "case " << (&c - kCases);
    }
}

TEST(SummarizePayment, SaysWhenASumOverflows) {
    const std::vector<FactView> facts{{refunded, "re_1", INT64_MAX}, {refunded, "re_2", 1}};
    EXPECT_FALSE(summarize_payment(facts));
}

std::vector<FactView> any_facts() {
    static const std::string_view kSubjects[] = {"a", "b", "c"};
    std::vector<FactView> facts;
    const auto count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
        facts.push_back({static_cast<FactKind>(*rc::gen::inRange(0, static_cast<int>(dispute_closed) + 1)),
                         kSubjects[*rc::gen::inRange(0, 3)], *rc::gen::inRange<std::int64_t>(0, 1000)});
    }
    return facts;
}

TEST(SummarizePayment, DependsNeitherOnOrderNorOnRepetition) {
    EXPECT_TRUE(rc::check([] {
        const auto facts = any_facts();
        auto other = facts;
        for (const auto& fact : facts) {
            if (*rc::gen::arbitrary<bool>()) other.push_back(fact);
        }
        for (std::size_t i = other.size(); i > 1; --i) {
            std::swap(other[i - 1], other[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        RC_ASSERT(summarize_payment(facts) == summarize_payment(other));
    }));
}

TEST(SummarizePayment, NeverGoesBelowZero) {
    EXPECT_TRUE(rc::check([] {
        const auto summary = summarize_payment(any_facts());
        RC_ASSERT(summary.has_value());
        RC_ASSERT(summary->captured_minor >= 0 && summary->refunded_minor >= 0 &&
                  summary->disputed_minor >= 0);
    }));
}

PaymentFact some_fact() {
    return {.order_id = "ord_1",
            .account = "stripe",
            .payment = "pi_1",
            .kind = refunded,
            .subject = "re_\"1\"",
            .amount = {30, *core::Currency::parse("EUR")},
            .payment_amount_minor = 100,
            .event_id = "evt_1",
            .occurred_at = "2026-11-21T05:47:52Z"};
}

TEST(PaymentFact, TheKeyNamesTheTruthAndNotTheEvent) {
    auto fact = some_fact();
    const auto key = fact.key();
    EXPECT_EQ(key, "stripe/pi_1/refunded/re_\"1\"/30EUR");
    fact.event_id = "evt_2";
    fact.occurred_at = "";
    EXPECT_EQ(fact.key(), key);
    fact.amount.amount_minor = 31;
    EXPECT_NE(fact.key(), key);
}

TEST(PaymentFact, SurvivesTheWire) {
    auto bare = some_fact();
    bare.kind = processing;
    bare.payment_amount_minor.reset();
    bare.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const auto read = facts_from_json(facts_to_json(std::vector{some_fact(), bare}));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->front().key(), some_fact().key());
    EXPECT_EQ(read->front().payment_amount_minor, 100);
    EXPECT_EQ(read->front().order_id, "ord_1");
    EXPECT_EQ(read->front().event_id, "evt_1");
    EXPECT_FALSE(read->back().payment_amount_minor);
    EXPECT_EQ(read->front().traceparent, "");
    EXPECT_EQ(read->back().traceparent, bare.traceparent);

    const std::vector<FactAnswer> answers{
        {"k", FactOutcome::amount_mismatch, "the order's total is \"2\"\n"}};
    const auto back = answers_from_json(answers_to_json(answers));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->front().outcome, FactOutcome::amount_mismatch);
    EXPECT_EQ(back->front().detail, answers.front().detail);
}

TEST(PaymentFact, RefusesWhatIsNoListOfFacts) {
    const auto whole = facts_to_json(std::vector{some_fact()});
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\"facts\"", "\"fact\""},
                                                                                   {"refunded", "invented"},
                                                                                   {"EUR", "eur"},
                                                                                   {":30", ":-30"},
                                                                                   {":30", ":\"30\""},
                                                                                   {"}", ""},
                                                                                   {"pi_1", "pi\\u0000"}}) {
        auto broken = whole;
        broken.replace(broken.find(from), from.size(), to);
        EXPECT_FALSE(facts_from_json(broken)) << broken;
    }
}

}  // namespace
}  // namespace contracts
