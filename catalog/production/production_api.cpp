#include "catalog/production/production_api.hpp"

#include "catalog/machines/machine.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "core/json.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

// ---- production orders

Json to_json(const ProductionOrder& order) {
    return {{"id", order.id.value()},
            {"order_id", order.order_id},
            {"position", order.position},
            {"sku", order.sku},
            {"part", order.part},
            {"revision", rest::or_null(order.revision)},
            {"quantity", to_json(order.quantity)},
            {"machine", rest::or_null(order.machine)},
            {"state", std::string{order.state()}},
            {"good", to_json(order.good)},
            {"scrap", to_json(order.scrap)},
            {"created_at", core::to_rfc3339(order.created_at)}};
}

Result<Response> list_orders(Production& production, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"order_id", "part", "machine"}, errors);
    const auto text = [&](std::string_view name) {
        return rest::read_filter(request, name, rest::kTextWanted, errors, rest::parse_filter_text);
    };
    const store::ProductionOrderFilter filter{text("order_id"), text("part"), text("machine")};
    rest::read_filter(request, "starting_after", "must be the id of a production order", errors,
                      WorkOrderId::parse);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(production.list(filter, page), page,
                         [](const ProductionOrder& order) { return to_json(order); });
}

Result<Response> find_order(Production& production, const Request& request) {
    const auto& text = request.path_value("id");
    const auto id = WorkOrderId::parse(text);
    if (!id) return core::not_found("no production order " + text);
    const auto order = production.find(*id);
    if (!order) return order.error();
    return rest::respond(200, to_json(*order));
}

// ---- what was made when

std::chrono::hours length_of(store::Bucket by) {
    return std::chrono::hours{by == store::Bucket::hour ? 1 : 24};
}

// `rate` is good ones in an hour, `yield` the good ones' share of all.
Json to_json(const Output& output, store::Bucket by) {
    const auto made = output.good + output.scrap;
    return {{"from", core::to_rfc3339(output.from)},
            {"to", core::to_rfc3339(output.from + length_of(by))},
            {"part", output.part},
            {"machine", output.machine},
            {"good", to_json(output.good)},
            {"scrap", to_json(output.scrap)},
            {"rate", output.good.units() / static_cast<double>(length_of(by).count())},
            {"yield", made == Quantity{} ? Json(nullptr) : Json(output.good.units() / made.units())}};
}

std::optional<store::Bucket> parse_bucket(std::string_view text) {
    if (text == "hour") return store::Bucket::hour;
    if (text == "day") return store::Bucket::day;
    return {};
}

// 2026-11-21T05:00:00Z/PN-88/press-07: the last row of a page.
std::optional<Output> parse_position(std::string_view text) {
    const auto first = text.find('/');
    const auto second = text.find('/', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return {};
    const auto from = core::parse_rfc3339(text.substr(0, first));
    if (!from) return {};
    return Output{*from,
                  std::string{text.substr(first + 1, second - first - 1)},
                  std::string{text.substr(second + 1)},
                  {},
                  {}};
}

Result<Response> output(Production& production, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"part", "machine", "from", "to", "by"}, errors);
    const auto read = [&](std::string_view name, const char* wanted, auto parse) {
        return rest::read_filter(request, name, wanted, errors, parse);
    };
    const auto by = read("by", "must be hour or day", parse_bucket).value_or(store::Bucket::hour);
    const auto to = read("to", rest::kTimeWanted, core::parse_rfc3339);
    const auto from = read("from", rest::kTimeWanted, core::parse_rfc3339);
    constexpr std::chrono::days kUsual{31};
    const store::OutputFilter filter{
        .part = read("part", rest::kTextWanted, rest::parse_filter_text),
        .machine = read("machine", rest::kTextWanted, rest::parse_filter_text),
        .from = from.value_or(to.value_or(core::now()) - kUsual),
        .to = to.value_or(core::now() + std::chrono::hours{1}),
        .by = by,
        .after = read("starting_after",
                      "must be from/part/machine of a row, such as 2026-11-21T05:00:00Z/PN-88/press-07",
                      parse_position),
        .limit = page.limit};
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(production.output(filter), page,
                         [by](const Output& row) { return to_json(row, by); });
}

// ---- between services

Result<Response> exchange_commands(Commands& commands, const Request& request) {
    const auto asked = contracts::command_request_from_json(request.body);
    if (!asked) return asked.error();
    return http::json(200, contracts::machine_commands_to_json(commands.exchange(*asked)));
}

}  // namespace

std::vector<http::Route> production_routes(Production& production, Commands& commands) {
    const std::string orders = "/api/v1/catalog/production-orders";
    using rest::bind;
    // clang-format off
    return {
        {Method::get,  "/api/v1/catalog/production",    Role::admin,   bind(production, output)         },
        {Method::get,  orders,                          Role::admin,   bind(production, list_orders)    },
        {Method::get,  orders + "/:id",                 Role::admin,   bind(production, find_order)     },
        {Method::post, "/internal/v1/machine-commands", Role::service, bind(commands, exchange_commands)},
    };
    // clang-format on
}

}  // namespace catalog
