// The conformance suite of payment providers: what every adapter in the registry must do.
//
// An adapter's test describes one real delivery in a struct `Sample` and runs the suite under its name:
//
//     INSTANTIATE_TYPED_TEST_SUITE_P(stripe, ProviderSuite, stripe::Sample);
//
// Sample's static members:
//   provider()        the adapter
//   headers(), body() as received: an event with a fact, an order and personal data
//   secret()          signed it
//   signed_at()       when
//   unknown_type()    the body of an event whose type the adapter does not know
//   personal_texts()  texts of `body()` about a person
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "payment/providers/registry.hpp"

namespace payment {

inline constexpr std::chrono::seconds kSuiteTolerance{300};

template <class Sample>
class ProviderSuite : public testing::Test {
protected:
    static const Provider& provider() { return Sample::provider(); }

    static Verification verify(const http::Headers& headers, const std::string& body,
                               const std::vector<core::Secret>& secrets, std::chrono::seconds after = {}) {
        return provider().verify(headers, body, secrets, Sample::signed_at() + after, kSuiteTolerance);
    }
    static Verification verify_after(std::chrono::seconds after) {
        return verify(Sample::headers(), Sample::body(), {Sample::secret()}, after);
    }

    static void expect_same_facts(std::string_view first, std::string_view second) {
        const auto a = provider().parse(first);
        const auto b = provider().parse(second);
        ASSERT_TRUE(a);
        ASSERT_TRUE(b);
        EXPECT_EQ(a->provider_event_id, b->provider_event_id);
        EXPECT_EQ(a->type, b->type);
        EXPECT_EQ(a->livemode, b->livemode);
        EXPECT_EQ(a->created_s, b->created_s);
        EXPECT_EQ(a->order, b->order);
        EXPECT_EQ(a->payment, b->payment);
        EXPECT_EQ(a->charge, b->charge);
        EXPECT_EQ(a->unreadable, b->unreadable);
        ASSERT_TRUE(a->statement);
        ASSERT_TRUE(b->statement);
        EXPECT_EQ(a->statement->kind, b->statement->kind);
        EXPECT_EQ(a->statement->subject, b->statement->subject);
        EXPECT_TRUE(a->statement->amount == b->statement->amount);
        EXPECT_EQ(a->statement->payment_amount_minor, b->statement->payment_amount_minor);
    }
};
TYPED_TEST_SUITE_P(ProviderSuite);

TYPED_TEST_P(ProviderSuite, IsInTheRegistry) {
    EXPECT_EQ(std::ranges::count(providers(), &this->provider()), 1);
    EXPECT_EQ(&provider_of(this->provider().name), &this->provider());
}

TYPED_TEST_P(ProviderSuite, AcceptsAGenuineDelivery) {
    EXPECT_EQ(this->verify_after({}), Verification::genuine);
    EXPECT_EQ(this->verify_after(kSuiteTolerance), Verification::genuine);
    EXPECT_EQ(this->verify_after(-kSuiteTolerance), Verification::genuine);
    EXPECT_EQ(this->verify(TypeParam::headers(), TypeParam::body(),
                           {core::Secret{"the next secret"}, TypeParam::secret()}),
              Verification::genuine)
        << "one of two live secrets";
}

TYPED_TEST_P(ProviderSuite, RefusesAForgedDelivery) {
    const auto headers = TypeParam::headers();
    const auto body = TypeParam::body();
    EXPECT_EQ(this->verify({}, body, {TypeParam::secret()}), Verification::forged) << "no signature";
    EXPECT_EQ(this->verify(headers, body + " ", {TypeParam::secret()}), Verification::forged)
        << "another body";
    EXPECT_EQ(this->verify(headers, "", {TypeParam::secret()}), Verification::forged) << "no body";
    EXPECT_EQ(this->verify(headers, body, {core::Secret{"another secret"}}), Verification::forged);
    EXPECT_EQ(this->verify(headers, body, {}), Verification::forged) << "no secret";
    EXPECT_EQ(this->verify(headers, body + " ", {TypeParam::secret()}, kSuiteTolerance * 2),
              Verification::forged)
        << "forged and late";
}

TYPED_TEST_P(ProviderSuite, RefusesAStaleDelivery) {
    constexpr std::chrono::seconds kOneMore{1};
    EXPECT_EQ(this->verify_after(kSuiteTolerance + kOneMore), Verification::stale);
    EXPECT_EQ(this->verify_after(-kSuiteTolerance - kOneMore), Verification::stale) << "from the future";
}

TYPED_TEST_P(ProviderSuite, ReadsADuplicateToTheSameFacts) {
    this->expect_same_facts(TypeParam::body(), TypeParam::body());
}

TYPED_TEST_P(ProviderSuite, NamesTheEventTheOrderAndThePayment) {
    const auto event = this->provider().parse(TypeParam::body());
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->provider_event_id.empty());
    EXPECT_FALSE(event->order.empty());
    EXPECT_FALSE(event->payment.empty());
    EXPECT_EQ(event->unreadable, "");
    EXPECT_EQ(this->provider().event_type_label(event->type), event->type);
}

TYPED_TEST_P(ProviderSuite, KeepsAnUnknownTypeWithoutAFact) {
    const auto event = this->provider().parse(TypeParam::unknown_type());
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->provider_event_id.empty());
    EXPECT_FALSE(event->statement);
    EXPECT_EQ(event->unreadable, "");
    EXPECT_EQ(this->provider().event_type_label(event->type), "other");
    EXPECT_EQ(this->provider().event_type_label(""), "other") << "of a delivery that is not genuine";
}

TYPED_TEST_P(ProviderSuite, RefusesWhatIsNoEvent) {
    for (const auto* body : {"", "nonsense", "[]", "{}"}) EXPECT_FALSE(this->provider().parse(body)) << body;
}

TYPED_TEST_P(ProviderSuite, RedactsPersonalDataAndKeepsTheFacts) {
    const auto redacted = this->provider().redact(TypeParam::body());
    for (const auto& text : TypeParam::personal_texts()) {
        EXPECT_NE(TypeParam::body().find(text), std::string::npos) << text << " is not in the sample";
        EXPECT_EQ(redacted.find(text), std::string::npos) << text << " in " << redacted;
    }
    this->expect_same_facts(TypeParam::body(), redacted);
    EXPECT_EQ(this->provider().redact(redacted), redacted) << "redacted twice";
    EXPECT_EQ(this->provider().redact("not JSON"), "{}");
}

REGISTER_TYPED_TEST_SUITE_P(ProviderSuite, IsInTheRegistry, AcceptsAGenuineDelivery, RefusesAForgedDelivery,
                            RefusesAStaleDelivery, ReadsADuplicateToTheSameFacts,
                            NamesTheEventTheOrderAndThePayment, KeepsAnUnknownTypeWithoutAFact,
                            RefusesWhatIsNoEvent, RedactsPersonalDataAndKeepsTheFacts);

}  // namespace payment
