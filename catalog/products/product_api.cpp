#include "catalog/products/product_api.hpp"

#include <charconv>

#include "catalog/products/product_csv.hpp"
#include "catalog/products/product_json.hpp"
#include "catalog/products/search_terms.hpp"
#include "rest/create.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::kAnyone;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

std::optional<std::int64_t> parse_whole(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 0) return {};
    return number;
}

std::optional<std::string> parse_currency(std::string_view code) {
    if (!core::Currency::parse(code)) return {};
    return std::string{code};
}

// Who may have more than the public has: an admin of every product, a seller of their own.
bool may_manage(const Request& request, const std::string& seller) {
    return request.by(Role::admin) || (request.by(Role::seller) && request.caller->subject == seller);
}

// A seller offers in their own name, and takes nothing out of the house's stock. `before` is null for what is
// new.
Result<ProductDraft> allowed(ProductDraft draft, const ProductDraft* before, const Request& request) {
    if (!request.by(Role::seller)) return draft;
    const auto& seller = request.caller->subject;
    std::vector<FieldError> errors;
    if (!draft.seller.empty() && draft.seller != seller)
        errors.push_back({"seller", "must be you, " + seller});
    if (draft.part != (before ? before->part : std::nullopt))
        errors.push_back({"part", "can be said by an admin only"});
    if (draft.made_to_order != (before != nullptr && before->made_to_order))
        errors.push_back({"made_to_order", "can be said by an admin only"});
    if (!errors.empty()) return core::invalid(std::move(errors));
    draft.seller = seller;
    return draft;
}

Response show(int status, const Product& product) {
    return rest::with_etag(rest::respond(status, to_json(product)), product.version, to_tag(product.stock));
}

Result<Response> create(Products& products, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request,
        [&](const auto& document) -> Result<ProductDraft> {
            auto draft = read_product_draft(document);
            return draft ? allowed(*std::move(draft), nullptr, request) : draft;
        },
        [&](auto& tx, const auto& draft) { return products.create(tx, draft); },
        [&](const auto& made) { return rest::created(request, show(201, made), made.id.value()); });
}

ProductFilter read_product_filter(const Request& request, std::vector<FieldError>& errors) {
    constexpr auto kAmountWanted = "must be a whole number of minor units";
    const auto read = [&](std::string_view name, const char* wanted, auto parse) {
        return rest::read_filter(request, name, wanted, errors, parse);
    };
    return {.words = read("q", kWordsWanted, parse_search_words),
            .seller = read("seller", rest::kTextWanted, rest::parse_filter_text),
            .currency = read("currency", "must be an ISO 4217 code in capitals, such as EUR", parse_currency),
            .price_min = read("price_min", kAmountWanted, parse_whole),
            .price_max = read("price_max", kAmountWanted, parse_whole),
            .part = read("part", rest::kTextWanted, rest::parse_filter_text),
            .sku = read("sku", rest::kTextWanted, rest::parse_filter_text),
            .active = read("active", rest::kBooleanWanted, rest::parse_boolean)};
}

// The public sees what is active; the rest is shown to those who manage it.
Result<Response> list(Products& products, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(
        request, {"q", "seller", "currency", "price_min", "price_max", "part", "sku", "active", "sort"},
        errors);
    auto filter = read_product_filter(request, errors);
    const auto sort = rest::read_filter(request, "sort", kSortWanted, errors, parse_product_sort);
    if (!errors.empty()) return core::invalid(std::move(errors));
    if (!may_manage(request, filter.seller.value_or(""))) {
        if (!filter.active.value_or(true)) {
            return core::Error{
                request.caller ? core::Kind::forbidden : core::Kind::unauthorized,
                "what is not active is shown to an admin, and to a seller who asks for their own"};
        }
        filter.active = true;
    }
    const auto found = products.list(filter, sort.value_or(ProductSort::newest), page);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const Product& product) { return to_json(product); });
}

Result<Response> find(Products& products, const Request& request) {
    const auto may_see = [&](const Product& product) {
        return product.draft.active || may_manage(request, product.draft.seller);
    };
    const auto product = products.find(request.path_value("id"), may_see);
    if (!product) return product.error();
    // What not everybody sees is not for a cache that others share.
    return rest::not_modified_or(request, show(200, *product),
                                 product->draft.active ? "public, max-age=30" : "private, no-cache");
}

Result<Response> change(Products& products, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    const auto may_change = [&](const Product& product) { return may_manage(request, product.draft.seller); };
    const auto product =
        products.change(request.path_value("id"), may_change, patch->expected,
                        [&](const ProductDraft& before) -> Result<ProductDraft> {
                            auto after = patched(before, patch->document);
                            return after ? allowed(*std::move(after), &before, request) : after;
                        });
    if (!product) return product.error();
    return show(200, *product);
}

Result<Response> prices(Products& products, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    const auto before =
        rest::read_filter(request, "starting_after", "must be the version of a price", errors, parse_whole);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto may_see = [&](const Product& product) { return may_manage(request, product.draft.seller); };
    const auto found = products.prices(request.path_value("id"), may_see, before, page.limit);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const PastPrice& price) { return to_json(price); });
}

Result<Response> export_csv(Products& products, const Request& request) {
    const auto page = csv::read_page(request);
    if (!page) return page.error();
    return csv::file("products.csv", to_csv(products.list_by_sku(*page)));
}

Result<Response> import_csv(Products& products, const Request& request) {
    const auto dry_run = csv::read_dry_run(request);
    if (!dry_run) return dry_run.error();
    const auto table = csv::read_body(request, kProductColumns, kMaxCsvRows);
    if (!table) return table.error();
    return rest::respond(200, to_json(products.import(product_rows(*table), *dry_run)));
}

}  // namespace

std::vector<http::Route> product_routes(Products& products, postgres::Database& db) {
    const std::string all = "/api/v1/catalog/products";
    const std::string product = all + "/:id";
    const std::string file = all + ".csv";
    constexpr auto kSellers = Role::admin | Role::seller;
    // clang-format off
    return {
        {Method::post,  all,                 kSellers,    rest::bind(products, db, create)},
        {Method::get,   all,                 kAnyone,     rest::bind(products, list)      },
        {Method::get,   product,             kAnyone,     rest::bind(products, find)      },
        {Method::patch, product,             kSellers,    rest::bind(products, change)    },
        {Method::get,   product + "/prices", kSellers,    rest::bind(products, prices)    },
        {Method::get,   file,                Role::admin, rest::bind(products, export_csv)},
        {Method::post,  file,                Role::admin, rest::bind(products, import_csv)},
    };
    // clang-format on
}

}  // namespace catalog
