#include "payment/erasure.hpp"

#include <algorithm>
#include <array>

#include "core/digest.hpp"
#include "core/periodic_task.hpp"
#include "core/json.hpp"

namespace payment {
namespace {

using postgres::Transaction;
using Json = core::json::Value;

constexpr auto kErased = "erased";

// Members whose text is about a person, wherever they stand (https://docs.stripe.com/api/events/types).
constexpr auto kPersonal = std::to_array<std::string_view>({"name",
                                                            "email",
                                                            "phone",
                                                            "receipt_email",
                                                            "customer_email",
                                                            "description",
                                                            "line1",
                                                            "line2",
                                                            "city",
                                                            "postal_code",
                                                            "state",
                                                            "receipt_number",
                                                            "ip_address",
                                                            "client_ip",
                                                            "user_agent",
                                                            "statement_descriptor",
                                                            "last4",
                                                            "fingerprint",
                                                            "iban",
                                                            "bank_name",
                                                            "account_holder_name",
                                                            "tracking_number",
                                                            "receipt_url",
                                                            "client_secret",
                                                            "custom_text",
                                                            "client_reference_id",
                                                            "product_description",
                                                            "customer_name",
                                                            "customer_email_address",
                                                            "customer_purchase_ip",
                                                            "billing_address",
                                                            "shipping_address",
                                                            "hosted_invoice_url",
                                                            "url"});
// Members all of whose texts are.
constexpr auto kAbout = std::to_array<std::string_view>(
    {"billing_details", "customer_details", "shipping", "shipping_details", "metadata", "address", "owner",
     "collected_information", "custom_fields", "evidence", "tax_ids"});
// But these are ours, or the shop's books need them.
constexpr auto kKept = std::to_array<std::string_view>({"order_id", "country"});

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

void redact(Json& value, bool all) {
    if (value.is_array()) {
        for (auto& element : value) {
            if (element.is_string() && all) element = kErased;
            redact(element, all);
        }
    }
    if (!value.is_object()) return;
    for (auto& [name, member] : value.items()) {
        if (is_one_of(kKept, name)) continue;
        if (member.is_string() && (all || is_one_of(kPersonal, name))) {
            member = kErased;
        } else {
            redact(member, all || is_one_of(kAbout, name));
        }
    }
}

// What is not a member's whole text, as in a request's log, is not looked for: the facts are elsewhere.
void redact_bodies(Transaction& tx, const std::vector<store::Body>& bodies) {
    for (const auto& [event_id, body] : bodies)
        store::save_redacted(tx, {event_id, redacted(body)}, core::sha256_hex(body));
}

}  // namespace

std::string redacted(std::string_view body) {
    auto document = Json::parse(body, false);
    if (document.is_discarded()) return "{}";
    redact(document, false);
    return document.dump();
}

core::Result<void> erase_order(Transaction& tx, const events::Event& event) {
    store::note_erased_order(tx, event.subject);
    redact_bodies(tx, store::lock_bodies_of(tx, event.subject));
    return {};
}

int redact_late_bodies(postgres::Database& db, int most) {
    return db.transact([&](Transaction& tx) {
        const auto bodies = store::lock_late_bodies(tx, most);
        redact_bodies(tx, bodies);
        return static_cast<int>(bodies.size());
    });
}

std::jthread redact_late_bodies_hourly(postgres::Database& db) {
    return core::run_periodically(std::chrono::hours{1}, "bodies of erased orders not redacted", [&db](const auto&) {
        constexpr int kAtATime = 100;
        while (redact_late_bodies(db, kAtATime) == kAtATime) {
        }
    });
}

}  // namespace payment
