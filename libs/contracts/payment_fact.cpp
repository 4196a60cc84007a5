#include "contracts/payment_fact.hpp"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/enum_names.hpp"
#include "core/json_writer.hpp"

namespace contracts {
namespace {

constexpr core::Names<FactKind, 16> kKinds{{
    {FactKind::processing, "processing"},
    {FactKind::requires_action, "requires_action"},
    {FactKind::authorized, "authorized"},
    {FactKind::captured, "captured"},
    {FactKind::failed, "failed"},
    {FactKind::canceled, "canceled"},
    {FactKind::refund_pending, "refund_pending"},
    {FactKind::refunded, "refunded"},
    {FactKind::refund_failed, "refund_failed"},
    {FactKind::refunded_total, "refunded_total"},
    {FactKind::dispute_opened, "dispute_opened"},
    {FactKind::dispute_funds_withdrawn, "dispute_funds_withdrawn"},
    {FactKind::dispute_won, "dispute_won"},
    {FactKind::dispute_funds_reinstated, "dispute_funds_reinstated"},
    {FactKind::dispute_lost, "dispute_lost"},
    {FactKind::dispute_closed, "dispute_closed"},
}};

constexpr core::Names<FactOutcome, 7> kOutcomes{{
    {FactOutcome::applied, "applied"},
    {FactOutcome::already_applied, "already_applied"},
    {FactOutcome::order_unknown, "order_unknown"},
    {FactOutcome::amount_mismatch, "amount_mismatch"},
    {FactOutcome::currency_mismatch, "currency_mismatch"},
    {FactOutcome::other_order, "other_order"},
    {FactOutcome::transition_refused, "transition_refused"},
}};

constexpr core::Names<PaymentStatus, 7> kStatuses{{
    {PaymentStatus::unknown, "unknown"},
    {PaymentStatus::requires_action, "requires_action"},
    {PaymentStatus::failed, "failed"},
    {PaymentStatus::canceled, "canceled"},
    {PaymentStatus::processing, "processing"},
    {PaymentStatus::authorized, "authorized"},
    {PaymentStatus::captured, "captured"},
}};

bool has_amount(FactKind kind) {
    return kind != FactKind::processing && kind != FactKind::requires_action && kind != FactKind::failed &&
           kind != FactKind::canceled;
}

}  // namespace

std::string_view to_string(FactKind kind) {
    return core::name_of(kKinds, kind);
}
std::optional<FactKind> parse_fact_kind(std::string_view text) {
    return core::find_name(kKinds, text);
}
std::string_view to_string(FactOutcome outcome) {
    return core::name_of(kOutcomes, outcome);
}
std::optional<FactOutcome> parse_fact_outcome(std::string_view text) {
    return core::find_name(kOutcomes, text);
}
std::string_view to_string(PaymentStatus status) {
    return core::name_of(kStatuses, status);
}

std::string PaymentFact::key() const {
    std::string key = account + "/" + payment + "/";
    key += to_string(kind);
    if (!subject.empty()) key += "/" + subject;
    if (has_amount(kind)) {
        key += "/" + std::to_string(amount.amount_minor);
        key += amount.currency.code();
    }
    return key;
}

// ---- the wire

namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += out.ends_with('{') ? "\"" : ",\"";
    out += name;
    out += "\":";
    core::json::append_text(out, text);
}

void append(std::string& out, const PaymentFact& fact) {
    out += '{';
    append_member(out, "order_id", fact.order_id);
    append_member(out, "account", fact.account);
    append_member(out, "payment", fact.payment);
    append_member(out, "kind", to_string(fact.kind));
    append_member(out, "subject", fact.subject);
    append_member(out, "event_id", fact.event_id);
    append_member(out, "occurred_at", fact.occurred_at);
    out += R"(,"amount":{"amount":)" + std::to_string(fact.amount.amount_minor);
    append_member(out, "currency", fact.amount.currency.code());
    out += '}';
    if (fact.payment_amount_minor)
        out += R"(,"payment_amount":)" + std::to_string(*fact.payment_amount_minor);
    if (!fact.traceparent.empty()) append_member(out, "traceparent", fact.traceparent);
    out += '}';
}

void append(std::string& out, const FactAnswer& answer) {
    out += '{';
    append_member(out, "key", answer.key);
    append_member(out, "outcome", to_string(answer.outcome));
    append_member(out, "detail", answer.detail);
    out += '}';
}

template <class Item>
std::string list_to_json(std::string_view name, std::span<const Item> items) {
    std::string out;
    out.reserve(64 + items.size() * 400);
    out += "{\"";
    out += name;
    out += "\":[";
    for (const auto& item : items) {
        if (&item != items.data()) out += ',';
        append(out, item);
    }
    return out += "]}";
}

// Reads an object's members; the first that is missing or of another type makes the whole unreadable.
struct Members {
    simdjson::dom::object object;

    std::string text(const char* name, std::size_t most = 255) const {
        const std::string_view value = object.at_key(name).get_string();
        if (value.size() > most || value.find('\0') != std::string_view::npos) {
            throw simdjson::simdjson_error{simdjson::STRING_ERROR};
        }
        return std::string{value};
    }
    bool has(const char* name) const { return object.at_key(name).error() == simdjson::SUCCESS; }
    std::int64_t integer(const char* name) const { return object.at_key(name).get_int64(); }
};

template <class T>
T or_refuse(std::optional<T> value) {
    if (!value) throw simdjson::simdjson_error{simdjson::INCORRECT_TYPE};
    return *std::move(value);
}

PaymentFact read_fact(const Members& from) {
    const Members amount{from.object.at_key("amount").get_object()};
    PaymentFact fact{
        .order_id = from.text("order_id"),
        .account = from.text("account"),
        .payment = from.text("payment"),
        .kind = or_refuse(parse_fact_kind(from.text("kind"))),
        .subject = from.text("subject"),
        .amount = {amount.integer("amount"), or_refuse(core::Currency::parse(amount.text("currency")))},
        .payment_amount_minor = {},
        .event_id = from.text("event_id"),
        .occurred_at = from.text("occurred_at"),
    };
    std::int64_t payment_amount = 0;
    if (from.object.at_key("payment_amount").get(payment_amount) == simdjson::SUCCESS) {
        fact.payment_amount_minor = payment_amount;
    }
    if (from.has("traceparent")) fact.traceparent = from.text("traceparent", 55);
    if (fact.amount.amount_minor < 0) throw simdjson::simdjson_error{simdjson::NUMBER_OUT_OF_RANGE};
    return fact;
}

simdjson::dom::array parse_list(std::string_view text, const char* name) {
    thread_local simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size()).at_key(name).get_array();
}

}  // namespace

std::string facts_to_json(std::span<const PaymentFact> facts) {
    return list_to_json("facts", facts);
}
std::string answers_to_json(std::span<const FactAnswer> answers) {
    return list_to_json("answers", answers);
}

core::Result<std::vector<PaymentFact>> facts_from_json(std::string_view text) {
    try {
        const auto list = parse_list(text, "facts");
        if (list.size() > kMaxFacts)
            return core::invalid("facts", "must have at most " + std::to_string(kMaxFacts));
        std::vector<PaymentFact> facts;
        facts.reserve(list.size());
        for (const auto element : list) facts.push_back(read_fact({element.get_object()}));
        return facts;
    } catch (const simdjson::simdjson_error&) {
        return core::malformed("not a list of payment facts");
    }
}

std::optional<std::vector<FactAnswer>> answers_from_json(std::string_view text) {
    try {
        const auto list = parse_list(text, "answers");
        std::vector<FactAnswer> answers;
        answers.reserve(list.size());
        for (const auto element : list) {
            const Members from{element.get_object()};
            answers.push_back({from.text("key", 2000), or_refuse(parse_fact_outcome(from.text("outcome"))),
                               from.text("detail", 2000)});
        }
        return answers;
    } catch (const simdjson::simdjson_error&) {
        return {};
    }
}

// ---- the fold

namespace {

struct Attempt {
    bool processing = false;
    bool requires_action = false;
    bool failed = false;
};

struct Refund {
    std::int64_t amount_minor = 0;
    bool succeeded = false;
    bool failed = false;
};

struct Dispute {
    std::int64_t amount_minor = 0;
    bool opened = false;
    bool closed = false;
    bool lost = false;
    bool won = false;

    bool is_lost() const { return lost && !won; }
    bool is_open() const { return opened && !closed && !lost && !won; }
};

struct PaymentAccumulator {
    std::map<std::string_view, Attempt> attempts;
    std::map<std::string_view, Refund> refunds;
    std::map<std::string_view, Dispute> disputes;
    std::int64_t authorized_minor = 0;
    std::int64_t captured_minor = 0;
    std::int64_t refunded_total_minor = 0;
    bool authorized = false;
    bool captured = false;
    bool canceled = false;

    void raise(std::int64_t& total, std::int64_t amount) { total = std::max(total, amount); }
    Refund& refund(const FactView& fact) {
        auto& found = refunds[fact.subject];
        raise(found.amount_minor, fact.amount_minor);
        return found;
    }
    Dispute& dispute(const FactView& fact) {
        auto& found = disputes[fact.subject];
        raise(found.amount_minor, fact.amount_minor);
        return found;
    }

    // Only ever sets flags and raises totals, so neither order nor repetition of the facts matters.
    void hear(const FactView& fact) {
        switch (fact.kind) {
            case FactKind::processing: attempts[fact.subject].processing = true; break;
            case FactKind::requires_action: attempts[fact.subject].requires_action = true; break;
            case FactKind::failed: attempts[fact.subject].failed = true; break;
            case FactKind::canceled: canceled = true; break;
            case FactKind::authorized:
                authorized = true;
                raise(authorized_minor, fact.amount_minor);
                break;
            case FactKind::captured:
                captured = true;
                raise(captured_minor, fact.amount_minor);
                break;
            case FactKind::refund_pending: refund(fact); break;
            case FactKind::refunded: refund(fact).succeeded = true; break;
            case FactKind::refund_failed: refund(fact).failed = true; break;
            case FactKind::refunded_total: raise(refunded_total_minor, fact.amount_minor); break;
            case FactKind::dispute_opened:
            case FactKind::dispute_funds_withdrawn: dispute(fact).opened = true; break;
            case FactKind::dispute_won:
            case FactKind::dispute_funds_reinstated: dispute(fact).won = true; break;
            case FactKind::dispute_lost: dispute(fact).lost = true; break;
            case FactKind::dispute_closed: dispute(fact).closed = true; break;
        }
    }

    PaymentStatus status() const {
        const auto any = [this](auto test) {
            return std::ranges::any_of(attempts, [&](const auto& entry) { return test(entry.second); });
        };
        if (captured) return PaymentStatus::captured;
        if (canceled) return PaymentStatus::canceled;
        if (authorized) return PaymentStatus::authorized;
        if (any([](const Attempt& a) { return a.processing && !a.failed; })) return PaymentStatus::processing;
        if (any([](const Attempt& a) { return a.requires_action && !a.failed; }))
            return PaymentStatus::requires_action;
        return attempts.empty() ? PaymentStatus::unknown : PaymentStatus::failed;
    }
};

// Adds to `total`; false on overflow.
bool add(std::int64_t& total, std::int64_t amount) {
    const auto sum = core::checked_add(total, amount);
    if (sum) total = *sum;
    return sum.has_value();
}

bool sum_refunds(const PaymentAccumulator& story, PaymentSummary& summary) {
    std::int64_t named_minor = 0;
    for (const auto& [subject, refund] : story.refunds) {
        if (!add(named_minor, refund.amount_minor)) return false;
        if (refund.succeeded && !refund.failed && !add(summary.refunded_minor, refund.amount_minor))
            return false;
    }
    return add(summary.refunded_minor, std::max<std::int64_t>(0, story.refunded_total_minor - named_minor));
}

bool sum_disputes(const PaymentAccumulator& story, PaymentSummary& summary) {
    for (const auto& [subject, dispute] : story.disputes) {
        summary.dispute_open |= dispute.is_open();
        summary.dispute_lost |= dispute.is_lost();
        const bool counts = dispute.is_open() || dispute.is_lost();
        if (counts && !add(summary.disputed_minor, dispute.amount_minor)) return false;
    }
    return true;
}

}  // namespace

std::optional<PaymentSummary> summarize_payment(std::span<const FactView> facts) {
    PaymentAccumulator story;
    for (const auto& fact : facts) story.hear(fact);
    PaymentSummary summary;
    summary.status = story.status();
    summary.authorized_minor = story.authorized_minor;
    summary.captured_minor = story.captured_minor;
    if (!sum_refunds(story, summary) || !sum_disputes(story, summary)) return {};
    return summary;
}

}  // namespace contracts
