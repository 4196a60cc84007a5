#include "telemetry/trace_context.hpp"

#include <gtest/gtest.h>

namespace telemetry {
namespace {

constexpr auto kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr auto kGiven = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Trace, GoesOnWithTheCallersIdAndASpanOfItsOwn) {
    const auto trace = Trace::continue_from(kGiven);
    EXPECT_EQ(trace.trace_id, kTraceId);
    EXPECT_EQ(trace.span_id.size(), 16U);
    EXPECT_NE(trace.span_id, "00f067aa0ba902b7");
    EXPECT_EQ(trace.parent_id, "00f067aa0ba902b7");
    EXPECT_TRUE(trace.sampled);
    EXPECT_EQ(trace.header(), std::string{"00-"} + kTraceId + "-" + trace.span_id + "-01");
}

TEST(Trace, KeepsTheCallersSampling) {
    const auto sampled = [](const char* flags) {
        return Trace::continue_from(std::string{kGiven}.substr(0, 53) + flags).sampled;
    };
    EXPECT_TRUE(sampled("01"));
    EXPECT_TRUE(sampled("ff"));
    EXPECT_FALSE(sampled("00"));
    EXPECT_FALSE(sampled("02"));
    EXPECT_TRUE(Trace::continue_from(std::string{kGiven}.substr(0, 53) + "00").header().ends_with("-00"));
}

TEST(Trace, AcceptsALaterVersionWithMoreAtItsEnd) {
    EXPECT_EQ(Trace::continue_from("cc" + std::string{kGiven}.substr(2) + "-more").trace_id, kTraceId);
}

TEST(Trace, StartsANewOneWhenTheCallersIsNotValid) {
    const std::string id{kTraceId};
    for (const std::string& text :
         {std::string{}, std::string{"x"}, "ff" + std::string{kGiven}.substr(2),
          std::string{kGiven} + "-more", std::string{kGiven} + "x",
          "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01", "00-" + id + "-0000000000000000-01",
          std::string{"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"},
          "00-" + id + "-00f067aa0ba902b7-0", "00-" + id + "-00f067aa0ba902b7-xy",
          "00_" + id + "-00f067aa0ba902b7-01"}) {
        const auto trace = Trace::continue_from(text);
        EXPECT_NE(trace.trace_id, kTraceId) << text;
        EXPECT_EQ(trace.trace_id.size(), 32U);
        EXPECT_EQ(Trace::continue_from(trace.header()).trace_id, trace.trace_id);
    }
}

TEST(Trace, IsTheRequestsWhileItIsAnswered) {
    const auto outer = Trace::continue_from(kGiven);
    const TraceScope scope{outer};
    EXPECT_EQ(Trace::current().header(), outer.header());
    {
        const auto inner = Trace::continue_from("");
        const TraceScope inner_scope{inner};
        EXPECT_EQ(Trace::current().header(), inner.header());
    }
    EXPECT_EQ(Trace::current().header(), outer.header());
}

TEST(Trace, HasSpansWithinSpans) {
    const auto outer = Trace::continue_from(kGiven);
    const auto inner = outer.child();
    EXPECT_EQ(inner.trace_id, outer.trace_id);
    EXPECT_EQ(inner.parent_id, outer.span_id);
    EXPECT_NE(inner.span_id, outer.span_id);
    EXPECT_TRUE(Trace::start().parent_id.empty());
}

TEST(Trace, IsKnownByItsIdWithoutBeingContinued) {
    EXPECT_EQ(trace_id_of(kGiven), kTraceId);
    EXPECT_EQ(trace_id_of(""), "");
    EXPECT_EQ(trace_id_of("00-4bf9"), "");
}

TEST(Trace, IsANewOneWhereNoRequestIsAnswered) {
    EXPECT_NE(Trace::current().trace_id, Trace::current().trace_id);
}

}  // namespace
}  // namespace telemetry
