#include "quittance/stripe/stripe_event.hpp"

#include <algorithm>
#include <array>

#include "quittance/stripe/stripe_objects.hpp"

namespace quittance {
namespace {

constexpr auto kApiVersion = "2026-06-24.dahlia";

// What is the same in every object of a story.
Json filled(Json object, const PaymentScenario& story) {
    object["created"] = story.created_s;
    object["currency"] = story.currency;
    return object;
}

Json payment_intent(const PaymentScenario& story, std::string_view status) {
    auto intent = filled(payment_intent_template(), story);
    intent["id"] = story.payment;
    intent["amount"] = story.amount;
    intent["client_secret"] = story.payment + "_secret_of_a_test";
    intent["metadata"]["order_id"] = story.order;
    intent["status"] = status;
    return intent;
}

// With an attempt: the charge and the card it was made with.
Json attempted_intent(const PaymentScenario& story, std::string_view status) {
    auto intent = payment_intent(story, status);
    intent["latest_charge"] = story.charge;
    intent["payment_method"] = "pm_1QuittanceTestCard";
    return intent;
}

Json intent_created(const PaymentScenario& story) {
    return payment_intent(story, "requires_payment_method");
}
Json intent_processing(const PaymentScenario& story) {
    return attempted_intent(story, "processing");
}
Json intent_succeeded(const PaymentScenario& story) {
    auto intent = attempted_intent(story, "succeeded");
    intent["amount_received"] = story.amount;
    return intent;
}
Json intent_requires_action(const PaymentScenario& story) {
    auto intent = payment_intent(story, "requires_action");
    intent["payment_method"] = "pm_1QuittanceTestCard";
    intent["next_action"] = {{"type", "use_stripe_sdk"},
                             {"use_stripe_sdk", {{"type", "three_d_secure_redirect"}}}};
    return intent;
}
Json intent_capturable(const PaymentScenario& story) {
    auto intent = attempted_intent(story, "requires_capture");
    intent["amount_capturable"] = story.amount;
    intent["capture_method"] = "manual";
    return intent;
}
Json intent_partially_funded(const PaymentScenario& story) {
    auto intent = payment_intent(story, "requires_action");
    intent["amount"] = story.total;
    intent["amount_received"] = story.amount;
    return intent;
}
// Stripe forgets the payment method of an attempt that failed; the error tells of it.
Json intent_failed(const PaymentScenario& story) {
    auto intent = payment_intent(story, "requires_payment_method");
    const auto failed_charge = "ch_failed_" + story.charge.substr(3);
    intent["latest_charge"] = failed_charge;
    intent["last_payment_error"] = {{"charge", failed_charge},
                                    {"code", "card_declined"},
                                    {"decline_code", "insufficient_funds"},
                                    {"doc_url", "https://stripe.com/docs/error-codes/card-declined"},
                                    {"message", "Your card has insufficient funds."},
                                    {"type", "card_error"}};
    return intent;
}
Json intent_canceled(const PaymentScenario& story) {
    auto intent = payment_intent(story, "canceled");
    intent["canceled_at"] = story.created_s;
    intent["cancellation_reason"] = "requested_by_customer";
    return intent;
}

Json charge(const PaymentScenario& story) {
    auto object = filled(charge_template(), story);
    object["id"] = story.charge;
    object["amount"] = story.total;
    object["payment_intent"] = story.payment;
    object["payment_method"] = "pm_1QuittanceTestCard";
    object["metadata"]["order_id"] = story.order;
    return object;
}
Json captured_charge(const PaymentScenario& story, std::int64_t captured) {
    auto object = charge(story);
    object["amount_captured"] = captured;
    object["captured"] = true;
    object["balance_transaction"] = "txn_" + story.charge.substr(3);
    return object;
}

Json charge_pending(const PaymentScenario& story) {
    auto object = charge(story);
    object["paid"] = false;
    object["status"] = "pending";
    return object;
}
Json charge_captured(const PaymentScenario& story) {
    return captured_charge(story, story.amount);
}
Json charge_failed(const PaymentScenario& story) {
    auto object = charge(story);
    object["id"] = "ch_failed_" + story.charge.substr(3);
    object["paid"] = false;
    object["status"] = "failed";
    object["failure_code"] = "card_declined";
    object["failure_message"] = "Your card has insufficient funds.";
    object["outcome"]["network_status"] = "declined_by_network";
    object["outcome"]["type"] = "issuer_declined";
    return object;
}
Json charge_expired(const PaymentScenario& story) {
    auto object = charge(story);
    object["amount_refunded"] = story.total;
    object["refunded"] = true;
    return object;
}
Json charge_refunded(const PaymentScenario& story) {
    auto object = captured_charge(story, story.total);
    object["amount_refunded"] = story.amount;
    object["refunded"] = story.amount == story.total;
    return object;
}

Json refund(const PaymentScenario& story, std::string_view status) {
    auto object = filled(refund_template(), story);
    object["id"] = story.refund;
    object["amount"] = story.amount;
    object["charge"] = story.charge;
    object["payment_intent"] = story.payment;
    object["status"] = status;
    return object;
}
Json refund_pending(const PaymentScenario& story) {
    return refund(story, "pending");
}
Json refund_succeeded(const PaymentScenario& story) {
    return refund(story, "succeeded");
}
Json refund_failed(const PaymentScenario& story) {
    auto object = refund(story, "failed");
    object["failure_reason"] = "expired_or_canceled_card";
    return object;
}

Json dispute(const PaymentScenario& story, std::string_view status) {
    auto object = filled(dispute_template(), story);
    object["id"] = story.dispute;
    object["amount"] = story.amount;
    object["charge"] = story.charge;
    object["payment_intent"] = story.payment;
    object["evidence_details"]["due_by"] = story.created_s + 7 * 86400;
    object["status"] = status;
    return object;
}
Json dispute_opened(const PaymentScenario& story) {
    return dispute(story, "needs_response");
}
Json dispute_under_review(const PaymentScenario& story) {
    return dispute(story, "under_review");
}
Json dispute_closed(const PaymentScenario& story) {
    return dispute(story, story.outcome);
}
Json dispute_reinstated(const PaymentScenario& story) {
    return dispute(story, "won");
}

Json session(const PaymentScenario& story, std::string_view status, std::string_view payment_status) {
    auto object = filled(checkout_session_template(), story);
    object["id"] = story.session;
    object["amount_subtotal"] = story.amount;
    object["amount_total"] = story.amount;
    object["client_reference_id"] = story.order;
    object["metadata"]["order_id"] = story.order;
    object["expires_at"] = story.created_s + 86400;
    object["payment_intent"] = story.payment;
    object["payment_status"] = payment_status;
    object["status"] = status;
    return object;
}
Json session_paid(const PaymentScenario& story) {
    return session(story, "complete", "paid");
}
Json session_unpaid(const PaymentScenario& story) {
    return session(story, "complete", "unpaid");
}
Json session_expired(const PaymentScenario& story) {
    return session(story, "expired", "unpaid");
}

struct Type {
    std::string_view name;
    Json (*object)(const PaymentScenario&);
};
constexpr std::array kTypes{
    Type{"payment_intent.created", intent_created},
    Type{"payment_intent.processing", intent_processing},
    Type{"payment_intent.requires_action", intent_requires_action},
    Type{"payment_intent.amount_capturable_updated", intent_capturable},
    Type{"payment_intent.partially_funded", intent_partially_funded},
    Type{"payment_intent.payment_failed", intent_failed},
    Type{"payment_intent.canceled", intent_canceled},
    Type{"payment_intent.succeeded", intent_succeeded},
    Type{"charge.pending", charge_pending},
    Type{"charge.succeeded", charge_captured},
    Type{"charge.captured", charge_captured},
    Type{"charge.updated", charge_captured},
    Type{"charge.failed", charge_failed},
    Type{"charge.expired", charge_expired},
    Type{"charge.refunded", charge_refunded},
    Type{"charge.refund.updated", refund_succeeded},
    Type{"refund.created", refund_pending},
    Type{"refund.updated", refund_succeeded},
    Type{"refund.failed", refund_failed},
    Type{"charge.dispute.created", dispute_opened},
    Type{"charge.dispute.updated", dispute_under_review},
    Type{"charge.dispute.closed", dispute_closed},
    Type{"charge.dispute.funds_withdrawn", dispute_opened},
    Type{"charge.dispute.funds_reinstated", dispute_reinstated},
    Type{"checkout.session.completed", session_paid},
    Type{"checkout.session.async_payment_succeeded", session_paid},
    Type{"checkout.session.async_payment_failed", session_unpaid},
    Type{"checkout.session.expired", session_expired},
};

Json bare_object(std::string_view type, const PaymentScenario& story) {
    return {{"id", "obj_" + story.payment.substr(3)},
            {"object", type.substr(0, type.rfind('.'))},
            {"created", story.created_s},
            {"livemode", false},
            {"metadata", {{"order_id", story.order}}}};
}

Json object_of(std::string_view type, const PaymentScenario& story) {
    const auto* known = std::ranges::find(kTypes, type, &Type::name);
    return known == kTypes.end() ? bare_object(type, story) : known->object(story);
}

}  // namespace

std::vector<std::string> known_stripe_types() {
    std::vector<std::string> names;
    for (const auto& type : kTypes) names.emplace_back(type.name);
    return names;
}

std::string stripe_event(std::string_view type, const std::string& event_id, const PaymentScenario& story) {
    const Json event{{"id", event_id},
                     {"object", "event"},
                     {"api_version", kApiVersion},
                     {"created", story.created_s},
                     {"data", {{"object", object_of(type, story)}}},
                     {"livemode", false},
                     {"pending_webhooks", 1},
                     {"request", {{"id", nullptr}, {"idempotency_key", nullptr}}},
                     {"type", type}};
    return event.dump(2);
}

}  // namespace quittance
