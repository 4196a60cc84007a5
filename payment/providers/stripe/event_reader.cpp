#include "payment/providers/stripe/event_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace payment::stripe {

using contracts::FactKind;

// ---- money

namespace {

constexpr std::array<std::string_view, 15> kZeroDecimal{
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"};
constexpr std::array<std::string_view, 5> kThreeDecimal{"bhd", "jod", "kwd", "omr", "tnd"};

// Decimals of the amounts Stripe sends. ISK and UGX have none any more, but are still sent with two.
int exponent_at_stripe(std::string_view currency) {
    if (std::ranges::find(kZeroDecimal, currency) != kZeroDecimal.end()) return 0;
    return std::ranges::find(kThreeDecimal, currency) != kThreeDecimal.end() ? 3 : 2;
}

}  // namespace

std::optional<core::Money> to_money(std::int64_t amount, std::string_view currency) {
    std::string code{currency};
    for (auto& c : code) {
        if (c < 'a' || c > 'z') return {};
        c = static_cast<char>(c - 'a' + 'A');
    }
    const auto iso = core::Currency::parse(code);
    if (!iso || amount < 0) return {};
    for (int exponent = exponent_at_stripe(currency); exponent != iso->exponent();) {
        if (exponent < iso->exponent()) {
            const auto more = core::checked_multiply(amount, 10);
            if (!more) return {};
            amount = *more;
            ++exponent;
        } else {
            if (amount % 10 != 0) return {};
            amount /= 10;
            --exponent;
        }
    }
    return core::Money{amount, *iso};
}

// ---- events

std::string_view known_type(std::string_view type) {
    static constexpr std::string_view kTypes[] = {"charge.captured",
                                                  "charge.dispute.closed",
                                                  "charge.dispute.created",
                                                  "charge.dispute.funds_reinstated",
                                                  "charge.dispute.funds_withdrawn",
                                                  "charge.dispute.updated",
                                                  "charge.expired",
                                                  "charge.failed",
                                                  "charge.pending",
                                                  "charge.refund.updated",
                                                  "charge.refunded",
                                                  "charge.succeeded",
                                                  "charge.updated",
                                                  "checkout.session.async_payment_failed",
                                                  "checkout.session.async_payment_succeeded",
                                                  "checkout.session.completed",
                                                  "checkout.session.expired",
                                                  "payment_intent.amount_capturable_updated",
                                                  "payment_intent.canceled",
                                                  "payment_intent.partially_funded",
                                                  "payment_intent.payment_failed",
                                                  "payment_intent.processing",
                                                  "payment_intent.requires_action",
                                                  "payment_intent.succeeded",
                                                  "refund.created",
                                                  "refund.failed",
                                                  "refund.updated"};
    const auto* found = std::ranges::find(kTypes, type);
    return found == std::end(kTypes) ? "other" : *found;
}

namespace {

constexpr std::size_t kLongestId = 255;

struct Unreadable {
    std::string what;
};

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

// data.object and what is read out of it. What must be there and is not throws Unreadable.
class Object {
public:
    explicit Object(simdjson::dom::element element) : element_(element) {}

    std::string_view text(const char* name) const {
        std::string_view value;
        return element_[name].get(value) == simdjson::SUCCESS ? value : std::string_view{};
    }

    // An id, be it as text or as the expanded object; empty when it is not there.
    std::string id(const char* name) const {
        std::string_view value;
        if (element_[name].get(value) != simdjson::SUCCESS &&
            element_[name]["id"].get(value) != simdjson::SUCCESS) {
            return {};
        }
        return is_id(value) ? std::string{value} : std::string{};
    }

    std::string own_id() const {
        auto value = id("id");
        if (value.empty()) throw Unreadable{"the object has no id"};
        return value;
    }

    std::int64_t integer(const char* name) const {
        std::int64_t value = 0;
        if (element_[name].get(value) != simdjson::SUCCESS) {
            throw Unreadable{std::string{name} + " is not a whole number"};
        }
        return value;
    }

    std::int64_t integer_or(const char* name, std::int64_t fallback) const {
        std::int64_t value = 0;
        return element_[name].get(value) == simdjson::SUCCESS ? value : fallback;
    }

    bool is_true(const char* name) const {
        bool value = false;
        return element_[name].get(value) == simdjson::SUCCESS && value;
    }

    Object member(const char* name) const {
        simdjson::dom::element value;
        return element_[name].get(value) == simdjson::SUCCESS ? Object{value} : Object{};
    }

    core::Money money(std::int64_t amount) const {
        const auto currency = text("currency");
        if (const auto money = to_money(amount, currency)) return *money;
        throw Unreadable{"the amount or the currency is not one Stripe uses"};
    }

private:
    Object() : element_(empty()) {}
    static simdjson::dom::element empty() {
        thread_local simdjson::dom::parser parser;
        thread_local const simdjson::dom::element object = parser.parse("{}", 2);
        return object;
    }
    simdjson::dom::element element_;
};

ReportedFact about_payment(FactKind kind, std::string subject, const Object& object, std::int64_t amount,
                           std::int64_t payment_amount) {
    return {kind, std::move(subject), object.money(amount), object.money(payment_amount).amount_minor};
}

// The attempt a PaymentIntent speaks of: its charge, else its payment method.
std::string attempt_of(const Object& intent) {
    const auto error = intent.member("last_payment_error");
    for (auto candidate : {intent.id("latest_charge"), error.id("charge"), intent.id("payment_method"),
                           error.id("payment_method")}) {
        if (!candidate.empty()) return candidate;
    }
    return {};
}

// https://docs.stripe.com/api/payment_intents/object
void read_payment_intent(std::string_view what, const Object& intent, Event& event) {
    event.payment = intent.own_id();
    event.charge = intent.id("latest_charge");
    const auto say = [&](FactKind kind, std::int64_t amount) {
        const bool of_attempt =
            kind != FactKind::captured && kind != FactKind::authorized && kind != FactKind::canceled;
        event.statement = about_payment(kind, of_attempt ? attempt_of(intent) : "", intent, amount,
                                        intent.integer("amount"));
    };
    const auto received = [&] { return intent.integer_or("amount_received", 0); };
    if (what == "processing") say(FactKind::processing, 0);
    if (what == "requires_action") say(FactKind::requires_action, 0);
    if (what == "payment_failed") say(FactKind::failed, 0);
    if (what == "canceled") say(FactKind::canceled, 0);
    if (what == "partially_funded" && received() > 0) say(FactKind::captured, received());
    if (what == "amount_capturable_updated") {
        // After a capture of several, what is received so far is the news.
        const auto capturable = intent.integer("amount_capturable");
        if (received() > 0)
            say(FactKind::captured, received());
        else if (capturable > 0)
            say(FactKind::authorized, capturable);
    }
    if (what == "succeeded") {
        if (intent.integer("amount_received") <= 0 && intent.integer("amount") > 0) {
            throw Unreadable{"succeeded, but nothing was received"};
        }
        say(FactKind::captured, received());
    }
}

// https://docs.stripe.com/api/charges/object
void read_charge(std::string_view what, const Object& charge, Event& event) {
    event.charge = charge.own_id();
    event.payment = charge.id("payment_intent");
    if (event.payment.empty()) event.payment = event.charge;
    const auto amount = [&] { return charge.integer("amount"); };
    const auto say = [&](FactKind kind, std::int64_t so_much) {
        const bool of_attempt = kind == FactKind::processing || kind == FactKind::failed;
        event.statement = about_payment(kind, of_attempt ? event.charge : "", charge, so_much, amount());
    };
    // Charges older than amount_captured say only that they are captured.
    const auto captured = [&] {
        const auto so_far = charge.integer_or("amount_captured", 0);
        return so_far == 0 && charge.is_true("captured") ? amount() : so_far;
    };
    if (what == "pending") say(FactKind::processing, 0);
    if (what == "failed") say(FactKind::failed, 0);
    if (what == "expired") say(FactKind::canceled, 0);
    if (what == "refunded") say(FactKind::refunded_total, charge.integer("amount_refunded"));
    if (what == "captured") say(FactKind::captured, captured());
    if (what == "updated" && captured() > 0 && charge.text("status") == "succeeded") {
        say(FactKind::captured, captured());
    }
    if (what == "succeeded") {
        if (captured() > 0)
            say(FactKind::captured, captured());
        else
            say(FactKind::authorized, amount());
    }
}

// Refunds and disputes name the payment, the charge, or both.
void read_payment_of(const Object& object, Event& event) {
    event.charge = object.id("charge");
    event.payment = object.id("payment_intent");
    if (event.payment.empty()) event.payment = event.charge;
    if (event.payment.empty()) throw Unreadable{"neither payment_intent nor charge is named"};
}

// https://docs.stripe.com/api/refunds/object
void read_refund(std::string_view what, const Object& refund, Event& event) {
    read_payment_of(refund, event);
    const auto status = refund.text("status");
    FactKind kind = FactKind::refund_pending;
    if (status == "succeeded")
        kind = FactKind::refunded;
    else if (status == "failed" || status == "canceled")
        kind = FactKind::refund_failed;
    else if (status != "pending" && status != "requires_action")
        throw Unreadable{"unknown status of a refund"};
    if (what == "failed") kind = FactKind::refund_failed;
    event.statement = ReportedFact{kind, refund.own_id(), refund.money(refund.integer("amount")), {}};
}

FactKind dispute_kind(std::string_view what, std::string_view status) {
    if (what == "funds_withdrawn") return FactKind::dispute_funds_withdrawn;
    if (what == "funds_reinstated") return FactKind::dispute_funds_reinstated;
    if (status == "won") return FactKind::dispute_won;
    if (status == "lost") return FactKind::dispute_lost;
    if (status == "warning_closed" || status == "prevented") return FactKind::dispute_closed;
    if (what == "closed") throw Unreadable{"a dispute closed, but its status does not say how"};
    return FactKind::dispute_opened;
}

// https://docs.stripe.com/api/disputes/object
void read_dispute(std::string_view what, const Object& dispute, Event& event) {
    read_payment_of(dispute, event);
    event.statement = ReportedFact{dispute_kind(what, dispute.text("status")),
                                   dispute.own_id(),
                                   dispute.money(dispute.integer("amount")),
                                   {}};
}

// https://docs.stripe.com/api/checkout/sessions/object
void read_checkout_session(std::string_view what, const Object& session, Event& event) {
    const auto id = session.own_id();
    event.payment = session.id("payment_intent");
    if (event.payment.empty()) event.payment = id;
    if (event.order.empty()) event.order = session.text("client_reference_id").substr(0, kLongestId);
    if (session.text("mode") == "setup") return;
    const auto say = [&](FactKind kind, std::int64_t amount) {
        event.statement =
            about_payment(kind, kind == FactKind::captured || kind == FactKind::canceled ? "" : id, session,
                          amount, session.integer("amount_total"));
    };
    const auto total = [&] { return session.integer("amount_total"); };
    if (what == "completed") {
        if (session.text("payment_status") == "unpaid")
            say(FactKind::processing, 0);
        else
            say(FactKind::captured, total());
    }
    if (what == "async_payment_succeeded") say(FactKind::captured, total());
    if (what == "async_payment_failed") say(FactKind::failed, 0);
    if (what == "expired" && session.text("currency").size() == 3) say(FactKind::canceled, 0);
}

using ReadObject = void (*)(std::string_view what, const Object& object, Event& event);
struct Family {
    std::string_view prefix;
    ReadObject read;
};
// The first prefix that fits: charge.refund.* and charge.dispute.* stand before charge.*.
constexpr Family kFamilies[] = {
    {"payment_intent.", read_payment_intent},
    {"charge.refund.", read_refund},
    {"charge.dispute.", read_dispute},
    {"charge.", read_charge},
    {"refund.", read_refund},
    {"checkout.session.", read_checkout_session},
};

void read_object(const Object& object, Event& event) {
    const std::string_view type{event.type};
    const auto* family =
        std::ranges::find_if(kFamilies, [&](const auto& f) { return type.starts_with(f.prefix); });
    if (family == std::end(kFamilies)) return;
    event.order = object.member("metadata").text("order_id").substr(0, kLongestId);
    try {
        family->read(type.substr(family->prefix.size()), object, event);
    } catch (const Unreadable& reason) {
        event.statement.reset();
        event.unreadable = reason.what;
    }
    // An order named with a byte no id has names no order.
    if (!event.order.empty() && !is_id(event.order)) event.order.clear();
}

// Thin events (https://docs.stripe.com/api/v2/core/events) carry the time as text and no object.
std::optional<std::int64_t> created_of(const Object& event) {
    const auto text = event.text("created");
    if (text.empty()) return event.integer("created");
    const auto time = core::parse_rfc3339(text);
    return time ? std::optional{core::to_unix_s(*time)} : std::nullopt;
}

core::Result<Event> read_document(simdjson::dom::element document) {
    const Object envelope{document};
    Event event;
    event.provider_event_id = envelope.id("id");
    event.type = envelope.text("type");
    event.livemode = envelope.is_true("livemode");
    const auto created = created_of(envelope);
    if (event.provider_event_id.empty() || !is_id(event.type) || !created)
        return core::malformed("not an event");
    constexpr std::int64_t kYear9999 = 253402300799;
    if (*created < 0 || *created > kYear9999) return core::malformed("not an event");
    event.created_s = *created;
    simdjson::dom::element object;
    if (document["data"]["object"].get(object) == simdjson::SUCCESS && object.is_object()) {
        read_object(Object{object}, event);
    }
    return event;
}

}  // namespace

core::Result<Event> read_event(std::string_view body) {
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element document;
    // simdjson refuses what is not UTF-8, NUL bytes, and nesting deeper than 1024.
    if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS || !document.is_object()) {
        return core::malformed("not JSON");
    }
    try {
        return read_document(document);
    } catch (const Unreadable&) {
        return core::malformed("not an event");
    }
}

}  // namespace payment::stripe
