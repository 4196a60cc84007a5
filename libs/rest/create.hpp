// The shape of every creating POST: the body read, the thing made once for its Idempotency-Key, 201 and where
// it is.
#pragma once

#include <string>
#include <utility>

#include "core/json.hpp"
#include "rest/idempotency.hpp"
#include "rest/json_body.hpp"

namespace rest {

// `read` makes a draft of the document or refuses it, `make` does its work in the transaction that keeps the
// answer, `show` answers what was made:
//   read(json::Value) → Result<Draft>, make(pg::Transaction&, Draft) → Result<Made>, show(Made) →
//   http::Response
template <class Read, class Make, class Show>
core::Result<http::Response> create_resource(postgres::Database& db, const http::Request& request, Read read,
                                             Make make, Show show) {
    const auto document = parse_body(request);
    if (!document) return document.error();
    const auto draft = read(*document);
    if (!draft) return draft.error();
    return run_idempotent(db, request, [&](postgres::Transaction& tx) -> core::Result<http::Response> {
        const auto made = make(tx, *draft);
        if (!made) return made.error();
        return show(*made);
    });
}

// `response` with the address of what was made.
inline http::Response with_location(http::Response response, std::string location) {
    response.headers.emplace_back("Location", std::move(location));
    return response;
}

}  // namespace rest
