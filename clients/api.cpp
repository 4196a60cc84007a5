#include "clients/api.hpp"

#include <algorithm>
#include <iterator>

#include "clients/client_json.hpp"
#include "clients/request.hpp"
#include "core/json_reader.hpp"
#include "events/audit.hpp"
#include "rest/create.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace clients {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;
using postgres::Transaction;

Response show(int status, const Client& client) {
    return rest::with_etag(rest::respond(status, to_json(client)), client.version);
}

Response show(int status, const KeptAddress& address) {
    return rest::with_etag(rest::respond(status, to_json(address)), address.version);
}

template <class Shown>
Result<Response> show(const Result<Shown>& found) {
    if (!found) return found.error();
    return show(200, *found);
}

// What was found, of which there is one more than the page holds when there are more.
template <class Item>
Response page_of(const std::vector<Item>& found, const rest::Page& page) {
    return rest::page_of(found, page, [](const Item& item) { return to_json(item); });
}

// ---- records

// The public is answered the same whether the address was free or not.
Result<Response> sign_up(Service& service, postgres::Database& db, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto registration = read_registration(*document);
    if (!registration) return registration.error();
    const bool by_admin = request.caller && request.caller->role == Role::admin;
    return rest::run_idempotent(
        db, without_passwords(request, *document), [&](Transaction& tx) -> Result<Response> {
            if (!by_admin) {
                service.sign_up({tx, request.trace}, *registration);
                return rest::respond(202, {{"status", "accepted"}});
            }
            const auto client = service.create({tx, request.trace}, *registration);
            if (!client) return client.error();
            return rest::with_location(show(201, *client), "/api/v1/clients/" + client->id.value());
        });
}

Result<Response> list(Service& service, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"email", "created_after", "created_before"}, errors);
    const auto read = [&](std::string_view name, const char* wanted, auto parse) {
        return rest::read_filter(request, name, wanted, errors, parse);
    };
    const Filter filter{.email = read("email", rest::kTextWanted, rest::parse_filter_text),
                        .created_after = read("created_after", rest::kTimeWanted, core::parse_rfc3339),
                        .created_before = read("created_before", rest::kTimeWanted, core::parse_rfc3339)};
    read("starting_after", "must be the id of a client", ClientId::parse);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return page_of(service.list(filter, page), page);
}

Result<Response> find(Service& service, const Request& request, const ClientId& id) {
    const auto client = service.find(id);
    if (!client) return client.error();
    return rest::not_modified_or(request, show(200, *client), "private, no-cache");
}

Result<Response> change(Service& service, const Request& request, const ClientId& id) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(service.change(
        id, patch->expected, [&](const Profile& before) { return patched(before, patch->document); },
        request.trace));
}

Result<Response> change_email(Service& service, const Request& request, const ClientId& id) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto email = read_only_email(*document);
    if (!email) return email.error();
    const auto client = service.change_email(id, *email, request.trace);
    if (!client) return client.error();
    return show(202, *client);
}

// ---- addresses

Result<Response> list_addresses(Service& service, const Request&, const ClientId& id) {
    const auto addresses = service.list_addresses(id);
    if (!addresses) return addresses.error();
    return page_of(*addresses, {.limit = kMaxAddresses, .starting_after = ""});
}

Result<Response> find_address(Service& service, const Request& request, const ClientId& id) {
    const auto address = id_of<AddressId>(request, "address_id", "address");
    if (!address) return address.error();
    return show(service.find_address(id, *address));
}

Result<Response> add_address(Service& service, postgres::Database& db, const Request& request,
                             const ClientId& id) {
    return rest::create_resource(
        db, request, [](const auto& document) { return read_address_draft(document); },
        [&](Transaction& tx, const AddressDraft& draft) {
            return service.add_address({tx, request.trace}, id, draft);
        },
        [&](const KeptAddress& made) {
            return rest::with_location(show(201, made),
                                       "/api/v1/clients/" + id.value() + "/addresses/" + made.id.value());
        });
}

Result<Response> change_address(Service& service, const Request& request, const ClientId& id) {
    const auto address = id_of<AddressId>(request, "address_id", "address");
    if (!address) return address.error();
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(service.change_address(
        id, *address, patch->expected,
        [&](const AddressDraft& before) { return patched(before, patch->document); }, request.trace));
}

Result<Response> remove_address(Service& service, const Request& request, const ClientId& id) {
    const auto address = id_of<AddressId>(request, "address_id", "address");
    if (!address) return address.error();
    const auto removed = service.remove_address(id, *address, rest::if_match(request), request.trace);
    if (!removed) return removed.error();
    return Response{204, ""};
}

// ---- consents

Result<Response> consent(Service& service, postgres::Database& db, const Request& request,
                         const ClientId& id) {
    return rest::create_resource(
        db, request, read_consent_draft,
        [&](Transaction& tx, const ConsentDraft& draft) {
            return service.consent({tx, request.trace}, id, draft);
        },
        [](const Consent& made) { return rest::respond(201, to_json(made)); });
}

Result<Response> list_consents(Service& service, const Request& request, const ClientId& id) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"purpose"}, errors);
    const auto purpose =
        rest::read_filter(request, "purpose", rest::kTextWanted, errors, rest::parse_filter_text);
    rest::read_filter(request, "starting_after", "must be the id of a consent", errors, ConsentId::parse);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = service.list_consents(id, purpose, page);
    if (!found) return found.error();
    return page_of(*found, page);
}

// ---- passwords

Result<Response> change_password(Service& service, postgres::Database& db, const Request& request,
                                 const ClientId& id) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto passwords = read_passwords(*document);
    if (!passwords) return passwords.error();
    return rest::run_idempotent(
        db, without_passwords(request, *document), [&](Transaction& tx) -> Result<Response> {
            const auto change = service.change_password({tx, request.trace}, id, *passwords);
            if (!change) return change.error();
            return rest::with_location(
                rest::respond(202, to_json(*change)),
                "/api/v1/clients/" + id.value() + "/password-changes/" + change->id.value());
        });
}

Result<Response> find_password_change(Service& service, const Request& request, const ClientId& id) {
    const auto change = id_of<PasswordChangeId>(request, "change_id", "password change");
    if (!change) return change.error();
    const auto found = service.find_password_change(id, *change);
    if (!found) return found.error();
    return rest::respond(200, to_json(*found));
}

// ---- personal data

Result<Response> export_data(Service& service, const OrdersOf& orders_of, const Request& request,
                             const ClientId& id) {
    const auto data = service.personal_data(id);
    if (!data) return data.error();
    const auto orders = orders_of(id, request.trace);
    // Half of it would look like all of it.
    if (!orders)
        return core::Error{core::Kind::unavailable, "the client's orders can't be had at the moment"};
    auto json = to_json(*data);
    json["orders"] = Json::parse(*orders);
    auto response = rest::respond(200, json);
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"personal-data.json\"");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

// A client says its own address again, so that nobody is erased by a slip.
Result<void> confirm(const Client& client, const Request& request) {
    if (request.caller->role == Role::admin) return {};
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto email = read_only_email(*document);
    if (!email) return email.error();
    if (!client.erased_at && !is_same_email(client.email, *email))
        return core::invalid("email", "must be the client's e-mail address, as a confirmation");
    return {};
}

Result<Response> erase(Service& service, postgres::Database& db, const Request& request, const ClientId& id) {
    const auto client = service.find(id);
    if (!client) return client.error();
    if (const auto confirmed = confirm(*client, request); !confirmed) return confirmed.error();
    const auto erased = db.transact([&](Transaction& tx) {
        events::audit(tx, request, "clients.erased", id.value(), events::AuditOutcome::done);
        return service.erase({tx, request.trace}, id);
    });
    if (!erased) return erased.error();
    return show(200, *erased);
}

Result<Response> list_erasures(Service& service, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    rest::read_filter(request, "starting_after", "must be the id of a client", errors, ClientId::parse);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return page_of(service.list_erasures(page), page);
}

Result<Response> replay_erasures(Service& service, const Request& request) {
    std::vector<Erasure> kept_elsewhere;
    if (!request.body.empty()) {
        const auto document = rest::parse_body(request);
        if (!document) return document.error();
        auto read = read_erasures(*document);
        if (!read) return read.error();
        kept_elsewhere = *std::move(read);
    }
    const auto count = service.replay_erasures(kept_elsewhere, request.trace);
    return rest::respond(200, {{"replayed", count}});
}

// {"since"}
Result<Response> resend_registrations(Service& service, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{*document, "", errors};
    const auto since = core::parse_rfc3339(reader.text("since", {1, 64}));
    if (!since) reader.fault("since", rest::kTimeWanted);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto count = service.resend_registrations(*since, request.trace);
    return rest::respond(200, {{"resent", count}});
}

std::vector<http::Route> own_routes(Service& service, postgres::Database& db, OrdersOf orders_of) {
    // Handlers about one client, which the caller may see.
    const auto of = [&service](auto handle) {
        return [&service, handle](const Request& request) -> Result<Response> {
            const auto id = client_of(request);
            if (!id) return id.error();
            return handle(service, request, *id);
        };
    };
    const auto creating = [&service, &db](auto handle) {
        return [&service, &db, handle](const Request& request) -> Result<Response> {
            const auto id = client_of(request);
            if (!id) return id.error();
            return handle(service, db, request, *id);
        };
    };
    const auto exporting = [orders_of = std::move(orders_of)](Service& all, const Request& request,
                                                              const ClientId& id) {
        return export_data(all, orders_of, request, id);
    };
    using rest::bind;
    const auto theirs = Role::admin | Role::client;
    const std::string all = "/api/v1/clients";
    const std::string client = all + "/:id";
    const std::string address = client + "/addresses/:address_id";
    const std::string password_change = client + "/password-changes/:change_id";
    // clang-format off
    return {
        {Method::post,  all,                           http::kAnyone, bind(service, db, sign_up)         },
        {Method::get,   all,                           Role::admin,   bind(service, list)                },
        {Method::get,   all + "/erasures",             Role::admin,   bind(service, list_erasures)       },
        {Method::post,  all + "/erasures/resend",      Role::admin,   bind(service, replay_erasures)     },
        {Method::post,  all + "/registrations/resend", Role::admin,   bind(service, resend_registrations)},
        {Method::get,   client,                        theirs,        of(find)                           },
        {Method::patch, client,                        theirs,        of(change)                         },
        {Method::post,  client + "/email",             theirs,        of(change_email)                   },
        {Method::post,  client + "/password",          Role::client,  creating(change_password)          },
        {Method::get,   password_change,               theirs,        of(find_password_change)           },
        {Method::get,   client + "/addresses",         theirs,        of(list_addresses)                 },
        {Method::post,  client + "/addresses",         theirs,        creating(add_address)              },
        {Method::get,   address,                       theirs,        of(find_address)                   },
        {Method::patch, address,                       theirs,        of(change_address)                 },
        {Method::del,   address,                       theirs,        of(remove_address)                 },
        {Method::get,   client + "/consents",          theirs,        of(list_consents)                  },
        {Method::post,  client + "/consents",          theirs,        creating(consent)                  },
        {Method::get,   client + "/export",            theirs,        of(exporting)                      },
        {Method::post,  client + "/erase",             theirs,        creating(erase)                    },
    };
    // clang-format on
}

}  // namespace

std::vector<http::Route> routes(Service& service, postgres::Database& db, OrdersOf orders_of) {
    return own_routes(service, db, std::move(orders_of));
}

}  // namespace clients
