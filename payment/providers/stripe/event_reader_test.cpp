#include "payment/providers/stripe/event_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace payment::stripe {
namespace {

using contracts::FactKind;

// The vector's body: 389 bytes, one line.
const std::string kBody =
    R"({"id":"evt_demo_0001","object":"event","api_version":"2026-06-24.dahlia","created":1760000000,"data":{"object":{"id":"pi_demo_0001","object":"payment_intent","amount":12345,"amount_received":12345,"currency":"eur","status":"succeeded","metadata":{"order_id":"ord_0001"}}},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"payment_intent.succeeded"})";

TEST(KnownType, IsOneOfABoundedNumber) {
    EXPECT_EQ(known_type("payment_intent.succeeded"), "payment_intent.succeeded");
    EXPECT_EQ(known_type("charge.dispute.closed"), "charge.dispute.closed");
    for (const auto* type : {"", "payment_intent.", "payment_intent.succeeded2", "invoice.paid"}) {
        EXPECT_EQ(known_type(type), "other") << type;
    }
}

TEST(ToMoney, CountsDecimalsAsStripeDoes) {
    struct Case {
        std::int64_t amount;
        std::string_view currency;
        std::int64_t minor;
    };
    constexpr Case kCases[] = {
        {4200, "eur", 4200}, {500, "jpy", 500},         {5120, "kwd", 5120}, {500000, "ugx", 5000},
        {70000, "isk", 700}, {500, "mga", 50000},       {100, "huf", 100},   {0, "usd", 0},
        {1500, "xpf", 1500}, {1234500, "twd", 1234500},
    };
    for (const auto& c : kCases) {
        const auto money = to_money(c.amount, c.currency);
        ASSERT_TRUE(money) << c.currency;
        EXPECT_EQ(money->amount_minor, c.minor) << c.currency;
    }
}

TEST(ToMoney, RefusesWhatIsNoAmount) {
    EXPECT_FALSE(to_money(-1, "eur"));
    EXPECT_FALSE(to_money(100, "EUR")) << "Stripe writes lower case";
    EXPECT_FALSE(to_money(100, "xxx"));
    EXPECT_FALSE(to_money(100, ""));
    EXPECT_FALSE(to_money(150, "ugx")) << "half a shilling";
    EXPECT_FALSE(to_money(INT64_MAX, "mga")) << "overflow";
}

std::string event_of(const std::string& type, const std::string& object) {
    return R"({"id":"evt_1","object":"event","created":1760000000,"livemode":true,"type":")" + type +
           R"(","data":{"object":)" + object + "}}";
}

struct Reading {
    std::string_view type;
    std::string_view object;
    std::string_view told;  // kind/subject/amount of/whole payment/charge → "" when it moves no money
};

std::string told(const Event& event) {
    if (!event.unreadable.empty()) return "unreadable";
    if (!event.statement) return "";
    const auto& s = *event.statement;
    std::string out{contracts::to_string(s.kind)};
    out += "/" + s.subject + "/" + std::to_string(s.amount.amount_minor) + "/" + event.payment + "/" +
           event.charge;
    if (s.payment_amount_minor) out += "/" + std::to_string(*s.payment_amount_minor);
    return out;
}

// What each type of Stripe's says, and of which payment.
constexpr Reading kReadings[] = {
    {"payment_intent.created", R"({"id":"pi_1","amount":100,"currency":"eur"})", ""},
    {"payment_intent.processing", R"({"id":"pi_1","amount":100,"currency":"eur","latest_charge":"ch_1"})",
     "processing/ch_1/0/pi_1/ch_1/100"},
    {"payment_intent.requires_action",
     R"({"id":"pi_1","amount":100,"currency":"eur","payment_method":"pm_1"})",
     "requires_action/pm_1/0/pi_1//100"},
    {"payment_intent.amount_capturable_updated",
     R"({"id":"pi_1","amount":100,"amount_capturable":100,"amount_received":0,"currency":"eur"})",
     "authorized//100/pi_1//100"},
    {"payment_intent.amount_capturable_updated",
     R"({"id":"pi_1","amount":100,"amount_capturable":60,"amount_received":40,"currency":"eur"})",
     "captured//40/pi_1//100"},
    {"payment_intent.payment_failed",
     R"({"id":"pi_1","amount":100,"currency":"eur","latest_charge":null,"last_payment_error":{"charge":"ch_0"}})",
     "failed/ch_0/0/pi_1//100"},
    {"payment_intent.payment_failed",
     R"({"id":"pi_1","amount":100,"currency":"eur","last_payment_error":{"payment_method":{"id":"pm_9"}}})",
     "failed/pm_9/0/pi_1//100"},
    {"payment_intent.canceled", R"({"id":"pi_1","amount":100,"currency":"eur"})", "canceled//0/pi_1//100"},
    {"payment_intent.succeeded",
     R"({"id":"pi_1","amount":100,"amount_received":100,"currency":"eur","latest_charge":{"id":"ch_1"}})",
     "captured//100/pi_1/ch_1/100"},
    {"payment_intent.succeeded", R"({"id":"pi_1","amount":100,"amount_received":0,"currency":"eur"})",
     "unreadable"},
    {"payment_intent.succeeded", R"({"id":"pi_1","amount":100,"currency":"eur"})", "unreadable"},
    {"payment_intent.succeeded", R"({"id":"pi_1","amount":1e2,"amount_received":100,"currency":"eur"})",
     "unreadable"},
    {"payment_intent.succeeded", R"({"id":"pi_1","amount":100,"amount_received":100,"currency":"zzz"})",
     "unreadable"},
    {"payment_intent.succeeded", R"({"amount":100,"amount_received":100,"currency":"eur"})", "unreadable"},
    {"charge.pending", R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"currency":"eur"})",
     "processing/ch_1/0/pi_1/ch_1/100"},
    {"charge.succeeded",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"amount_captured":100,"captured":true,"currency":"eur"})",
     "captured//100/pi_1/ch_1/100"},
    {"charge.succeeded",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"amount_captured":0,"captured":false,"currency":"eur"})",
     "authorized//100/pi_1/ch_1/100"},
    {"charge.succeeded",
     R"({"id":"ch_1","payment_intent":null,"amount":100,"captured":true,"currency":"eur"})",
     "captured//100/ch_1/ch_1/100"},
    {"charge.captured",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"amount_captured":40,"captured":true,"currency":"eur"})",
     "captured//40/pi_1/ch_1/100"},
    {"charge.failed", R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"currency":"eur"})",
     "failed/ch_1/0/pi_1/ch_1/100"},
    {"charge.expired", R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"currency":"eur"})",
     "canceled//0/pi_1/ch_1/100"},
    {"charge.updated",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"currency":"eur","status":"pending"})", ""},
    {"charge.updated",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"amount_captured":70,"currency":"eur","status":"succeeded"})",
     "captured//70/pi_1/ch_1/100"},
    {"charge.refunded",
     R"({"id":"ch_1","payment_intent":"pi_1","amount":100,"amount_refunded":30,"currency":"eur"})",
     "refunded_total//30/pi_1/ch_1/100"},
    {"refund.created",
     R"({"id":"re_1","payment_intent":"pi_1","charge":"ch_1","amount":30,"currency":"eur","status":"pending"})",
     "refund_pending/re_1/30/pi_1/ch_1"},
    {"refund.updated", R"({"id":"re_1","charge":"ch_1","amount":30,"currency":"eur","status":"succeeded"})",
     "refunded/re_1/30/ch_1/ch_1"},
    {"charge.refund.updated",
     R"({"id":"re_1","charge":"ch_1","amount":30,"currency":"eur","status":"canceled"})",
     "refund_failed/re_1/30/ch_1/ch_1"},
    {"refund.failed", R"({"id":"re_1","charge":"ch_1","amount":30,"currency":"eur","status":"succeeded"})",
     "refund_failed/re_1/30/ch_1/ch_1"},
    {"refund.created", R"({"id":"re_1","amount":30,"currency":"eur","status":"pending"})", "unreadable"},
    {"refund.created", R"({"id":"re_1","charge":"ch_1","amount":30,"currency":"eur","status":"new"})",
     "unreadable"},
    {"charge.dispute.created",
     R"({"id":"dp_1","charge":"ch_1","payment_intent":"pi_1","amount":100,"currency":"eur","status":"needs_response"})",
     "dispute_opened/dp_1/100/pi_1/ch_1"},
    {"charge.dispute.funds_withdrawn",
     R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"needs_response"})",
     "dispute_funds_withdrawn/dp_1/100/ch_1/ch_1"},
    {"charge.dispute.closed", R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"won"})",
     "dispute_won/dp_1/100/ch_1/ch_1"},
    {"charge.dispute.closed",
     R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"lost"})",
     "dispute_lost/dp_1/100/ch_1/ch_1"},
    {"charge.dispute.closed",
     R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"warning_closed"})",
     "dispute_closed/dp_1/100/ch_1/ch_1"},
    {"charge.dispute.closed",
     R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"under_review"})", "unreadable"},
    {"charge.dispute.funds_reinstated",
     R"({"id":"dp_1","charge":"ch_1","amount":100,"currency":"eur","status":"won"})",
     "dispute_funds_reinstated/dp_1/100/ch_1/ch_1"},
    {"checkout.session.completed",
     R"({"id":"cs_1","payment_intent":"pi_1","amount_total":100,"currency":"eur","payment_status":"paid","mode":"payment"})",
     "captured//100/pi_1//100"},
    {"checkout.session.completed",
     R"({"id":"cs_1","payment_intent":"pi_1","amount_total":100,"currency":"eur","payment_status":"unpaid"})",
     "processing/cs_1/0/pi_1//100"},
    {"checkout.session.completed", R"({"id":"cs_1","mode":"setup","payment_status":"no_payment_required"})",
     ""},
    {"checkout.session.async_payment_succeeded",
     R"({"id":"cs_1","payment_intent":"pi_1","amount_total":100,"currency":"eur"})",
     "captured//100/pi_1//100"},
    {"checkout.session.async_payment_failed",
     R"({"id":"cs_1","payment_intent":"pi_1","amount_total":100,"currency":"eur"})",
     "failed/cs_1/0/pi_1//100"},
    {"checkout.session.expired", R"({"id":"cs_1","payment_intent":null,"amount_total":100,"currency":"eur"})",
     "canceled//0/cs_1//100"},
    {"radar.early_fraud_warning.created", R"({"id":"issfr_1","charge":"ch_1"})", ""},
    {"payout.paid", R"({"id":"po_1","amount":100,"currency":"eur"})", ""},
};

TEST(ReadEvent, TellsWhatEachTypeSays) {
    for (const auto& c : kReadings) {
        const auto event = read_event(event_of(std::string{c.type}, std::string{c.object}));
        ASSERT_TRUE(event) << c.type;
        EXPECT_EQ(told(*event), c.told) << c.type << " " << c.object;
    }
}

TEST(ReadEvent, FindsTheOrderInTheMetadataOrTheClientReference) {
    const auto order = [](const std::string& type, const std::string& object) {
        return read_event(event_of(type, object))->order;
    };
    EXPECT_EQ(order("payment_intent.created", R"({"id":"pi_1","metadata":{"order_id":"ord_7"}})"), "ord_7");
    EXPECT_EQ(
        order("checkout.session.completed", R"({"id":"cs_1","mode":"setup","client_reference_id":"ord_8"})"),
        "ord_8");
    EXPECT_EQ(
        order(
            "checkout.session.completed",
            R"({"id":"cs_1","mode":"setup","client_reference_id":"ord_8","metadata":{"order_id":"ord_7"}})"),
        "ord_7");
    EXPECT_EQ(order("payment_intent.created", R"({"id":"pi_1","metadata":{}})"), "");
    EXPECT_EQ(order("payment_intent.created", R"({"id":"pi_1","metadata":{"order_id":"ord\u0000"}})"), "");
    EXPECT_EQ(order("payment_intent.created", R"({"id":"pi_1","metadata":{"order_id":7}})"), "");
}

TEST(ReadEvent, ReadsTheVector) {
    const auto event = read_event(kBody);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->provider_event_id, "evt_demo_0001");
    EXPECT_EQ(event->order, "ord_0001");
    EXPECT_EQ(event->created_s, 1760000000);
    EXPECT_FALSE(event->livemode);
    EXPECT_EQ(told(*event), "captured//12345/pi_demo_0001//12345");
}

TEST(ReadEvent, KeepsThinEvents) {
    const auto event = read_event(
        R"({"id":"evt_2","object":"v2.core.event","type":"v2.core.account.updated","created":"2026-11-21T05:47:52.308Z","related_object":{"id":"acct_1"}})");
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->statement);
}

TEST(ReadEvent, RefusesWhatIsNoEvent) {
    const std::string deep(5000, '[');
    for (const auto& body :
         {std::string{}, std::string{"nonsense"}, std::string{"[]"}, std::string{"{}"}, deep,
          std::string{"{\"id\":\"evt_1\",\"type\":\"a.b\",\"created\":1}\0", 40},
          std::string{R"({"id":"evt 1","type":"a.b","created":1})"},
          std::string{R"({"id":"evt_1","type":"","created":1})"},
          std::string{R"({"id":"evt_1","type":"a.b","created":"yesterday"})"},
          std::string{R"({"id":"evt_1","type":"a.b","created":-1})"},
          std::string{"{\"id\":\"evt_1\",\"type\":\"a.b\",\"created\":1,\"x\":\"\xff\"}"}}) {
        EXPECT_FALSE(read_event(body)) << body.substr(0, 60);
    }
}

}  // namespace
}  // namespace payment::stripe
