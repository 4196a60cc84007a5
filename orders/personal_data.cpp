#include "orders/personal_data.hpp"

#include "core/json_reader.hpp"
#include "orders/order_json.hpp"
#include "rest/json_body.hpp"

namespace orders {
namespace {

using core::Result;
using http::Request;
using http::Response;

Result<std::string> read_client_id(const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "", errors};
    auto id = reader.text("client_id", {1, 64});
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return id;
}

Result<Response> personal_data(Service& service, const Request& request) {
    constexpr int kAtATime = 100;
    auto client_id = read_client_id(request);
    if (!client_id) return client_id.error();
    Filter filter;
    filter.client_id = *std::move(client_id);
    filter.limit = kAtATime;
    auto orders = Json::array();
    while (true) {
        const auto page = service.list(filter);
        for (const auto& order : page.orders) orders.push_back(to_json(order));
        if (!page.has_more) return http::json(200, Json{{"orders", std::move(orders)}}.dump());
        filter.starting_after = page.orders.back().id;
    }
}

}  // namespace

http::Route personal_data_route(Service& service) {
    return {http::Method::post, "/internal/v1/personal-data", http::Role::service,
            [&service](const Request& request) { return personal_data(service, request); }};
}

}  // namespace orders
