#include "orders/api.hpp"

#include <map>
#include <span>

#include "core/json.hpp"
#include "orders/order_json.hpp"
#include "orders/order_view.hpp"
#include "orders/personal_data.hpp"
#include "rest/create.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace orders {
namespace {

using core::FieldError;
using core::OrderId;
using core::Result;
using core::ShipmentId;
using http::Method;
using http::Request;
using http::Response;
using http::Role;
using postgres::Transaction;

Result<OrderId> order_id(const Request& request) {
    const auto& text = request.path_value("id");
    if (auto id = OrderId::parse(text)) return *id;
    return core::not_found("no order " + text);
}

Result<ShipmentId> shipment_id(const Request& request) {
    const auto& text = request.path_value("shipment_id");
    if (auto id = ShipmentId::parse(text)) return *id;
    return core::not_found("no shipment " + text + " of this order");
}

Response show(int status, const OrderWithTimeline& found) {
    return rest::with_etag(rest::respond(status, to_json(found.order, found.timeline, found.work_orders)),
                           found.order.version);
}

Result<Response> show(const Result<OrderWithTimeline>& found) {
    if (!found) return found.error();
    return show(200, *found);
}

Result<Response> show(const Result<Shipment>& found) {
    if (!found) return found.error();
    return rest::respond(200, to_json(*found));
}

// ---- orders

Result<Response> place(Service& service, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, [](const auto& document) { return read_draft(document); },
        [&](Transaction& tx, const Draft& draft) { return service.place(tx, draft); },
        [](const OrderWithTimeline& placed) {
            return rest::with_location(show(201, placed), "/api/v1/orders/" + placed.order.id.value());
        });
}

Result<Response> find(Service& service, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    const auto found = service.find(*id);
    if (!found || request.by(Role::admin)) return show(found);
    if (!visible_to(found->order, *request.caller)) return core::not_found("no order " + id->value());
    return rest::with_etag(rest::respond(200, view(found->order, *request.caller)), found->order.version);
}

// Which of the orders are whose: a buyer is shown their own, a seller those they have sold something in.
void restrict_to(Filter& filter, const http::Caller& reader) {
    if (reader.role == Role::client) filter.client_id = reader.subject;
    if (reader.role == Role::seller) filter.seller = reader.subject;
}

// Whose orders they are is not the reader's to choose, unless it is an admin.
std::vector<std::string_view> filters_for(const Request& request) {
    std::vector<std::string_view> names{"payment_state", "fulfilment_state", "created_after",
                                        "created_before"};
    if (!request.by(Role::seller)) names.emplace_back("client_reference");
    if (request.by(Role::admin)) names.emplace_back("client_id");
    return names;
}

Result<Filter> read_filter(const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, filters_for(request), errors);
    const auto read = [&](std::string_view name, const char* wrong, auto parse) {
        return rest::read_filter(request, name, wrong, errors, parse);
    };
    Filter filter{
        .payment_state = read("payment_state", "must be a payment state, such as paid", parse_payment_state),
        .fulfilment_state =
            read("fulfilment_state", "must be a fulfilment state, such as shipped", parse_fulfilment_state),
        .client_id = read("client_id", rest::kTextWanted, rest::parse_filter_text),
        .client_reference = read("client_reference", rest::kTextWanted, rest::parse_filter_text),
        .created_after = read("created_after", rest::kTimeWanted, core::parse_rfc3339),
        .created_before = read("created_before", rest::kTimeWanted, core::parse_rfc3339),
        .starting_after = read("starting_after", "must be the id of an order", OrderId::parse),
        .seller = {},
        .limit = page.limit,
    };
    if (!errors.empty()) return core::invalid(std::move(errors));
    return filter;
}

Result<Response> list(Service& service, const Request& request) {
    auto filter = read_filter(request);
    if (!filter) return filter.error();
    restrict_to(*filter, *request.caller);
    const auto page = service.list(*filter);
    return rest::page_of(page.orders, page.has_more,
                         [&](const Order& order) { return view(order, *request.caller); });
}

Result<Response> change(Service& service, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(service.change(*id, patch->expected, [&](const Draft& before) {
        return read_draft(patch->apply_to(to_json(before)));
    }));
}

Result<Response> cancel(Service& service, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    return show(service.cancel(*id, rest::if_match(request)));
}

// ---- shipments

Result<Response> ship(Service& service, postgres::Database& db, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    return rest::create_resource(
        db, request, read_shipment_request,
        [&](Transaction& tx, const ShipmentRequest& asked) { return service.ship(tx, *id, asked); },
        [&](const Shipment& shipment) {
            return rest::created(request, rest::respond(201, to_json(shipment)), shipment.id.value());
        });
}

Result<Response> find_shipment(Service& service, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    const auto shipment = shipment_id(request);
    if (!shipment) return shipment.error();
    return show(service.find_shipment(*id, *shipment));
}

Result<Response> deliver(Service& service, const Request& request) {
    const auto id = order_id(request);
    if (!id) return id.error();
    const auto shipment = shipment_id(request);
    if (!shipment) return shipment.error();
    return show(service.deliver(*id, *shipment));
}

// ---- payment facts

// Counts facts by what became of them.
template <class Outcome>
class OutcomeCounters {
public:
    OutcomeCounters(telemetry::Metrics& metrics, const char* name, const char* help,
                    std::span<const Outcome> outcomes) {
        for (const auto outcome : outcomes) {
            counters_[outcome] = metrics.counter(name, help, {{"outcome", std::string{to_string(outcome)}}});
        }
    }
    template <class Answers>
    void count(const Answers& answers) const {
        for (const auto& answer : answers) counters_.at(answer.outcome)(1);
    }

private:
    std::map<Outcome, std::function<void(double)>> counters_;
};

using PaymentCounters = OutcomeCounters<contracts::FactOutcome>;
PaymentCounters payment_counters(telemetry::Metrics& metrics) {
    using enum contracts::FactOutcome;
    static constexpr contracts::FactOutcome kAll[] = {applied,           already_applied,   order_unknown,
                                                      amount_mismatch,   currency_mismatch, other_order,
                                                      transition_refused};
    return {metrics, "payment_facts_total", "Payment facts by what became of them", kAll};
}

Result<Response> apply(Service& service, const PaymentCounters& counters, const Request& request) {
    const auto facts = contracts::facts_from_json(request.body);
    if (!facts) return facts.error();
    const auto answers = service.apply(*facts);
    counters.count(answers);
    return http::json(200, contracts::answers_to_json(answers));
}

}  // namespace

std::vector<http::Route> routes(Service& service, postgres::Database& db, telemetry::Metrics& metrics) {
    const auto apply_facts = [&service, counters = payment_counters(metrics)](const Request& request) {
        return apply(service, counters, request);
    };
    constexpr auto kReaders = Role::admin | Role::seller | Role::client;
    const std::string order = "/api/v1/orders/:id";
    const std::string shipment = order + "/shipments/:shipment_id";
    // clang-format off
    return {
        {Method::post,  "/api/v1/orders",             Role::admin,   rest::bind(service, db, place)    },
        {Method::get,   "/api/v1/orders",             kReaders,      rest::bind(service, list)         },
        {Method::get,   order,                        kReaders,      rest::bind(service, find)         },
        {Method::patch, order,                        Role::admin,   rest::bind(service, change)       },
        {Method::post,  order + "/cancel",            Role::admin,   rest::bind(service, cancel)       },
        {Method::post,  order + "/shipments",         Role::admin,   rest::bind(service, db, ship)     },
        {Method::get,   shipment,                     Role::admin,   rest::bind(service, find_shipment)},
        {Method::post,  shipment + "/deliver",        Role::admin,   rest::bind(service, deliver)      },
        {Method::post,  "/internal/v1/payment-facts", Role::service, apply_facts                       },
        personal_data_route(service),
    };
    // clang-format on
}

}  // namespace orders
