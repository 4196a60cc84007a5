#include "events/event.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "events/destination.hpp"

namespace events {
namespace {

Event some_event() {
    return {.id = "evn_1",
            .source = "/orders",
            .type = "order.paid",
            .subject = "ord_1",
            .time = core::from_unix_us(1'790'000'000'123'456),
            .version = 7,
            .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            .data = R"({"amount":4200})"};
}

TEST(Event, IsACloudEvent) {
    EXPECT_EQ(
        to_json(some_event()),
        R"({"specversion":"1.0","id":"evn_1","source":"/orders","type":"order.paid","subject":"ord_1",)"
        R"("time":"2026-09-21T14:13:20.123456Z","datacontenttype":"application/json","aggregateversion":7,)"
        R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"amount":4200}})");
}

TEST(Event, IsReadAsItWasWritten) {
    const auto one = some_event();
    auto other = one;
    other.traceparent = "";
    other.subject = "naïve \"quotes\" \\";
    const std::vector<Event> both{one, other};
    const auto read = batch_from_json(batch_to_json(both));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(to_json((*read)[0]), to_json(one));
    EXPECT_EQ(to_json((*read)[1]), to_json(other));
}

TEST(Event, IsRefusedWithEveryFaultNamed) {
    const auto read = event_from_json(R"({"specversion":"1.0","id":"","type":"x","time":"now","data":7})");
    ASSERT_FALSE(read);
    std::vector<std::string> fields;
    for (const auto& error : read.error().fields) fields.push_back(error.field);
    EXPECT_EQ(fields,
              (std::vector<std::string>{"id", "source", "subject", "time", "aggregateversion", "data"}));
}

TEST(Event, NoBytesMakeItsReaderFail) {
    rc::check([](const std::string& bytes) {
        (void)event_from_json(bytes);
        (void)batch_from_json("[" + bytes + "]");
        (void)answers_from_json(bytes);
    });
}

TEST(Answers, AreReadAsTheyWereWritten) {
    const std::vector<Answer> answers{{"evn_1", Verdict::applied, ""},
                                      {"evn_2", Verdict::refused, "it \"can't\""}};
    const auto read = answers_from_json(answers_to_json(answers));
    ASSERT_TRUE(read);
    EXPECT_EQ(answers_to_json(*read), answers_to_json(answers));
}

TEST(TypePattern, MatchesATypeOrAllBelowAName) {
    const auto matches = [](const char* pattern, const char* type) {
        return TypePattern::parse(pattern)->matches(type);
    };
    EXPECT_TRUE(matches("order.paid", "order.paid"));
    EXPECT_FALSE(matches("order.paid", "order.paid_twice"));
    EXPECT_TRUE(matches("order.*", "order.paid"));
    EXPECT_FALSE(matches("order.*", "orders.paid"));
    EXPECT_TRUE(matches("*", "order.paid"));
    for (const auto* wrong : {"", "order*", "*.paid", "order.*.paid", "Order.paid", "order paid", "ord\n"}) {
        EXPECT_FALSE(TypePattern::parse(wrong)) << wrong;
    }
}

TEST(Retries, DoubleUpToTheMostWithJitter) {
    using std::chrono::milliseconds;
    const Retries retries{.tries = 9, .first = milliseconds{100}, .most = milliseconds{1000}};
    for (const auto& [tries, full] : {std::pair{1, 100}, {2, 200}, {4, 800}, {5, 1000}, {60, 1000}}) {
        for (int i = 0; i < 100; ++i) {
            const auto wait = retries.wait(tries);
            EXPECT_GE(wait, milliseconds{full * 3 / 4});
            EXPECT_LE(wait, milliseconds{full * 5 / 4});
        }
    }
    const Retries scheduled{.schedule = {milliseconds{10}, milliseconds{40}}};
    EXPECT_EQ(scheduled.max_tries(), 3);
    EXPECT_GE(scheduled.wait(2), milliseconds{30});
}

}  // namespace
}  // namespace events
