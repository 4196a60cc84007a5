#include <charconv>

#include "auth/api.hpp"
#include "auth/json_out.hpp"
#include "core/utf8.hpp"
#include "rest/page.hpp"

namespace auth {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

std::optional<std::int64_t> parse_seq(std::string_view text) {
    std::int64_t seq = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (error != std::errc{} || end != text.data() + text.size() || seq < 0) return {};
    return seq;
}

std::optional<bool> parse_order(std::string_view text) {
    if (text == "oldest_first") return true;
    if (text == "newest_first") return false;
    return {};
}

Result<AuditFilter> read_filter(const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(
        request, {"action", "subject", "object", "outcome", "after", "before", "order"}, errors);
    const auto read = [&](std::string_view name, const char* wrong, auto parse) {
        return rest::read_filter(request, name, wrong, errors, parse);
    };
    AuditFilter filter{
        .action = read("action", rest::kTextWanted, rest::parse_filter_text),
        .subject = read("subject", rest::kTextWanted, rest::parse_filter_text),
        .object = read("object", rest::kTextWanted, rest::parse_filter_text),
        .outcome = read("outcome", rest::kTextWanted, rest::parse_filter_text),
        .after = read("after", rest::kTimeWanted, core::parse_rfc3339),
        .before = read("before", rest::kTimeWanted, core::parse_rfc3339),
        .starting_after = read("starting_after", "must be the seq of an entry", parse_seq).value_or(0),
        .oldest_first = read("order", "must be oldest_first or newest_first", parse_order).value_or(false),
        .limit = page.limit,
    };
    if (!errors.empty()) return core::invalid(std::move(errors));
    return filter;
}

Result<Response> list(AuditLog& audit, const Request& request) {
    const auto filter = read_filter(request);
    if (!filter) return filter.error();
    const auto page = audit.list(*filter);
    return rest::page_of(page.entries, page.has_more,
                         [](const contracts::AuditEntry& entry) { return contracts::to_json(entry); });
}

constexpr int kMaxWalked = 10'000;
std::optional<int> parse_walk(std::string_view text) {
    const auto number = parse_seq(text);
    if (!number || *number < 1 || *number > kMaxWalked) return {};
    return static_cast<int>(*number);
}

// <seq>:<sha256>
std::optional<AuditMark> parse_mark(std::string_view text) {
    const auto colon = text.find(':');
    const auto seq = parse_seq(text.substr(0, colon));
    if (!seq || *seq < 1 || colon == std::string_view::npos || text.size() != colon + 65) return {};
    return AuditMark{*seq, std::string{text.substr(colon + 1)}};
}

Result<Response> verify(AuditLog& audit, const Request& request) {
    std::vector<FieldError> errors;
    for (const auto& name : request.query_names()) {
        if (name != "after" && name != "limit") errors.push_back({name, "is not known here"});
    }
    const auto after =
        rest::read_filter(request, "after", "must be <seq>:<sha256> of an entry", errors, parse_mark);
    const auto limit =
        rest::read_filter(request, "limit", "must be a number from 1 to 10000", errors, parse_walk);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = audit.verify(after.value_or(AuditMark{}), limit.value_or(kMaxWalked));
    return rest::respond(200, {{"intact", found.fault.empty()},
                               {"entries", found.entries},
                               {"head", {{"seq", found.entries}, {"sha256", found.sha256}}},
                               {"fault", found.fault.empty() ? Json() : Json(found.fault)},
                               {"has_more", found.has_more}});
}

std::string header_of(const Request& request, std::string_view name) {
    const auto* header = request.header(name);
    return header == nullptr || !core::is_printable(*header) ? std::string{} : header->substr(0, 200);
}

// What the gateway did not let through, by somebody's role. Its client gets the answer made here.
Result<Response> denied(postgres::Database& db, const Request& request) {
    auto origin = RequestOrigin::of(request);
    if (const auto role = http::parse_role(header_of(request, "x-denied-role")))
        origin.caller = http::Caller{header_of(request, "x-denied-subject"), *role, std::nullopt};
    const auto what = header_of(request, "x-denied-method") + " " + header_of(request, "x-denied-path");
    db.single([&](postgres::Transaction& tx) {
        record_later(tx, origin,
                     {.action = "gateway.denied", .object = what, .outcome = events::AuditOutcome::denied});
    });
    return core::Error{core::Kind::forbidden, "this token may not do that"};
}

}  // namespace

Routes audit_routes(AuditLog& audit, postgres::Database& db) {
    // clang-format off
    return {
        {Method::get,  "/api/v1/auth/audit",              Role::admin,   rest::bind(audit, list)  },
        {Method::get,  "/api/v1/auth/audit/verification", Role::admin,   rest::bind(audit, verify)},
        {Method::post, "/internal/v1/denials",            Role::service, rest::bind(db, denied)   },
    };
    // clang-format on
}

}  // namespace auth
