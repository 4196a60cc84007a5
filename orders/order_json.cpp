#include "orders/order_json.hpp"

#include "core/address_json.hpp"
#include "core/json_reader.hpp"
#include "rest/resource.hpp"

namespace orders {
namespace {

using core::Currency;
using core::FieldError;
using core::json::Length;
using core::json::ObjectReader;
using core::json::Value;

constexpr Length kId{1, 64};
constexpr Length kReference{1, 200};
constexpr Length kSku{1, 64};
constexpr Length kDescription{1, 500};
constexpr Length kCarrier{1, 100};
constexpr std::size_t kMaxLines = 200;
constexpr std::int64_t kMaxQuantity = 1'000'000;

// ---- in

std::int64_t read_price(ObjectReader& reader, std::string_view name,
                        const std::optional<Currency>& currency) {
    const auto money = reader.money(name, 0);
    if (money && currency && money->currency != *currency) {
        reader.fault(std::string{name} + ".currency",
                     "must be the order's currency, " + std::string{currency->code()});
    }
    return money ? money->amount_minor : 0;
}

Line read_line(ObjectReader reader, const std::optional<Currency>& currency) {
    Line line{
        .sku = reader.text("sku", kSku),
        .description = reader.text("description", kDescription),
        .quantity = reader.integer("quantity", 1, kMaxQuantity),
        .unit_price_minor = read_price(reader, "unit_price", currency),
        .tax_minor = {},
    };
    if (reader.has("tax")) line.tax_minor = read_price(reader, "tax", currency);
    reader.refuse_unknown();
    return line;
}

std::vector<Line> read_lines(ObjectReader& reader, const std::optional<Currency>& currency) {
    std::vector<Line> lines;
    for (auto& line : reader.objects("lines", 1, kMaxLines)) lines.push_back(read_line(line, currency));
    return lines;
}

// ---- out

Json money(std::int64_t amount_minor, const Currency& currency) {
    return {{"amount", amount_minor}, {"currency", std::string{currency.code()}}};
}

Json to_json(const Line& line, const Currency& currency) {
    return {{"sku", line.sku},
            {"description", line.description},
            {"quantity", line.quantity},
            {"unit_price", money(line.unit_price_minor, currency)},
            {"tax", line.tax_minor ? money(*line.tax_minor, currency) : Json()}};
}

Json to_json(const WorkOrder& one) {
    return {
        {"work_order", one.id}, {"position", one.position}, {"quantity", one.quantity}, {"good", one.good}};
}

Json to_json(const contracts::PaymentFact& fact) {
    return {{"kind", to_string(fact.kind)},
            {"account", fact.account},
            {"payment", fact.payment},
            {"subject", fact.subject},
            {"amount", money(fact.amount.amount_minor, fact.amount.currency)},
            {"event_id", fact.event_id},
            {"occurred_at", fact.occurred_at}};
}

Json happened(const TimelineEntry& entry) {
    Json json{{"at", core::to_rfc3339(entry.at)}};
    if (const auto* fact = std::get_if<contracts::PaymentFact>(&entry.what)) {
        json["kind"] = "payment_fact";
        json["fact"] = to_json(*fact);
        return json;
    }
    const auto& change = std::get<Change>(entry.what);
    json["kind"] = to_string(change.kind);
    if (!change.fields.empty()) json["fields"] = change.fields;
    if (change.shipment) json["shipment"] = change.shipment->value();
    return json;
}

template <class State>
void add_transition(Json& timeline, const TimelineEntry& entry, const char* kind,
                    const std::pair<State, State>& states) {
    if (states.first == states.second) return;
    timeline.push_back({{"at", core::to_rfc3339(entry.at)},
                        {"kind", kind},
                        {"from", to_string(states.first)},
                        {"to", to_string(states.second)}});
}

Json to_json(const std::vector<TimelineEntry>& entries) {
    auto timeline = Json::array();
    for (const auto& entry : entries) {
        timeline.push_back(happened(entry));
        add_transition(timeline, entry, "payment_state", entry.payment_state);
        if (entry.fulfilment_state)
            add_transition(timeline, entry, "fulfilment_state", *entry.fulfilment_state);
    }
    return timeline;
}

}  // namespace

core::Result<Draft> read_draft(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    const auto currency = reader.currency("currency");
    auto email = core::read_email(reader, "email");
    auto client_id = reader.optional_text("client_id", kId);
    auto client_reference = reader.optional_text("client_reference", kReference);
    const auto address = [&](const char* name, bool optional) {
        auto member = reader.object(name, optional);
        return member ? std::optional{core::read_address(*member)} : std::nullopt;
    };
    auto shipping = address("shipping_address", false);
    auto billing = address("billing_address", true);
    auto lines = read_lines(reader, currency);
    auto metadata = reader.metadata("metadata");
    reader.refuse_unknown();
    const auto total = total_of(lines);
    if (!total) reader.fault("lines", "must not add up to more than " + std::to_string(kMaxTotal));
    if (!errors.empty()) return core::invalid(std::move(errors));
    return Draft{*currency,
                 std::move(email),
                 std::move(client_id),
                 std::move(client_reference),
                 *std::move(shipping),
                 std::move(billing),
                 std::move(lines),
                 std::move(metadata),
                 *total};
}

core::Result<ShipmentRequest> read_shipment_request(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    ShipmentRequest request{
        reader.text("carrier", kCarrier), reader.optional_text("tracking_number", kCarrier), {}};
    if (reader.has("lines")) {
        for (auto& line : reader.objects("lines", 1, kMaxLines)) {
            request.lines.push_back({line.text("sku", kSku), line.integer("quantity", 1, INT64_MAX)});
            line.refuse_unknown();
        }
    }
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return request;
}

Json to_json(const Draft& draft) {
    auto lines = Json::array();
    for (const auto& line : draft.lines) lines.push_back(to_json(line, draft.currency));
    return {{"currency", std::string{draft.currency.code()}},
            {"email", draft.email},
            {"client_id", rest::or_null(draft.client_id)},
            {"client_reference", rest::or_null(draft.client_reference)},
            {"shipping_address", core::to_json(draft.shipping_address)},
            {"billing_address", draft.billing_address ? core::to_json(*draft.billing_address) : Json()},
            {"lines", std::move(lines)},
            {"metadata", Json(draft.metadata)}};
}

Json to_json(const Order& order) {
    const auto& currency = order.draft.currency;
    Json json{{"id", order.id.value()},
              {"payment_state", to_string(order.payment_state)},
              {"fulfilment_state", to_string(order.fulfilment_state)},
              {"total", money(order.draft.total_minor, currency)},
              {"paid", money(order.paid_minor, currency)},
              {"refunded", money(order.refunded_minor, currency)},
              {"disputed", money(order.disputed_minor, currency)}};
    json.update(to_json(order.draft));
    json["shipments"] = Json::array();
    for (const auto& shipment : order.shipments) json["shipments"].push_back(to_json(shipment));
    json["canceled_at"] = rest::or_null(order.canceled_at);
    json["created_at"] = core::to_rfc3339(order.created_at);
    json["updated_at"] = core::to_rfc3339(order.updated_at);
    return json;
}

Json to_json(const Order& order, const std::vector<TimelineEntry>& timeline,
             const std::vector<WorkOrder>& work_orders) {
    auto json = to_json(order);
    json["production"] = Json::array();
    for (const auto& one : work_orders) json["production"].push_back(to_json(one));
    json["timeline"] = to_json(timeline);
    return json;
}

Json to_json(const Shipment& shipment) {
    auto lines = Json::array();
    for (const auto& line : shipment.lines) lines.push_back({{"sku", line.sku}, {"quantity", line.quantity}});
    return {{"id", shipment.id.value()},
            {"carrier", shipment.carrier},
            {"tracking_number", rest::or_null(shipment.tracking_number)},
            {"state", shipment.delivered_at ? "delivered" : "shipped"},
            {"lines", std::move(lines)},
            {"shipped_at", core::to_rfc3339(shipment.shipped_at)},
            {"delivered_at", rest::or_null(shipment.delivered_at)}};
}

std::string to_stored(const std::map<std::string, std::string>& metadata) {
    return Json(metadata).dump();
}

std::map<std::string, std::string> stored_metadata(std::string_view text) {
    return Value::parse(text).get<std::map<std::string, std::string>>();
}

}  // namespace orders
