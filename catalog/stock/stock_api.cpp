#include "catalog/stock/stock_api.hpp"

#include <algorithm>

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/create.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

// ---- JSON

Json to_json(const LedgerEntry& entry) {
    const auto& movement = entry.movement;
    Json json{{"id", entry.id},
              {"item", movement.item},
              {"kind", std::string{to_string(movement.kind)}},
              {"on_hand", catalog::to_json(movement.on_hand)},
              {"reserved", catalog::to_json(movement.reserved)},
              {"reference", movement.reference},
              {"reason", movement.reason},
              {"machine", nullptr},
              {"boot", nullptr},
              {"from_seq", nullptr},
              {"to_seq", nullptr},
              {"at", core::to_rfc3339(entry.at)}};
    if (const auto& origin = movement.origin) {
        json["machine"] = origin->machine;
        json["boot"] = origin->boot;
        json["from_seq"] = origin->from_seq;
        json["to_seq"] = origin->to_seq;
    }
    return json;
}

Json to_json(const Moved& moved) {
    return {{"movement", to_json(moved.entry)}, {"stock", catalog::to_json(moved.balance)}};
}

Json to_json(const StockItem& item) {
    return {{"item", item.item},
            {"unit", rest::or_null(item.unit, [](Unit unit) { return std::string{unit.code()}; })},
            {"stock", catalog::to_json(item.balance)},
            {"updated_at", core::to_rfc3339(item.updated_at)}};
}

MovementKind read_kind(core::json::ObjectReader& reader) {
    const auto text = reader.text("kind", {1, 20});
    const auto kind = parse_movement_kind(text);
    if (!kind && !text.empty())
        reader.fault("kind", "must be reserve, release, commit, produce, consume, receive or adjust");
    return kind.value_or(MovementKind::receive);
}

Result<MovementRequest> read_movement(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    using enum Thing::Kind;
    MovementRequest request{
        .thing = read_thing(reader, {part, material, product}),
        .kind = read_kind(reader),
        .quantity = read_quantity(reader, "quantity", -kMaxQuantity),
        .unit = reader.has("unit") ? std::optional{read_unit(reader, "unit")} : std::nullopt,
        .reference = reader.optional_text("reference", {0, 200}).value_or(""),
        .reason = reader.optional_text("reason", {0, 500}).value_or("")};
    const auto fault = find_quantity_fault(request.kind, request.quantity);
    const bool readable = std::ranges::find(errors, "quantity", &FieldError::field) == errors.end();
    if (fault && readable) reader.fault("quantity", *fault);
    if (request.kind == MovementKind::adjust && request.reason.empty())
        reader.fault("reason", "must say why the stock is adjusted");
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return request;
}

std::optional<std::string> parse_item(std::string_view text) {
    if (!parse_stock_item(text)) return {};
    return rest::parse_filter_text(text);
}

// ---- handlers

Result<Response> move(Stock& stock, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, read_movement, [&](auto& tx, const auto& asked) { return stock.move(tx, asked); },
        [](const auto& moved) { return rest::respond(201, to_json(moved)); });
}

Result<Response> movements(Stock& stock, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"item"}, errors);
    constexpr auto kWanted = "must be part:<number>, material:<code> or product:<sku>";
    const auto item = rest::read_filter(request, "item", kWanted, errors, parse_item);
    if (!item && errors.empty()) errors.push_back({"item", "is missing"});
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(stock.movements(*item, page), page,
                         [](const LedgerEntry& entry) { return to_json(entry); });
}

Result<Response> list(Stock& stock, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(stock.list(page), page, [](const StockItem& item) { return to_json(item); });
}

}  // namespace

std::vector<http::Route> stock_routes(Stock& stock, postgres::Database& db) {
    const std::string ledger = "/api/v1/catalog/stock-movements";
    // clang-format off
    return {
        {Method::post, ledger,                  Role::admin, rest::bind(stock, db, move) },
        {Method::get,  ledger,                  Role::admin, rest::bind(stock, movements)},
        {Method::get,  "/api/v1/catalog/stock", Role::admin, rest::bind(stock, list)     },
    };
    // clang-format on
}

}  // namespace catalog
