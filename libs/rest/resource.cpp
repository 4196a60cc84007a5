#include "rest/resource.hpp"

#include "rest/create.hpp"
#include "rest/json_body.hpp"

namespace rest {

using core::json::Value;
using http::Request;
using http::Response;

Value Patch::apply_to(Value before) const {
    before.merge_patch(document);
    return before;
}

core::Result<Patch> read_patch(const Request& request) {
    auto document = parse_body(request);
    if (!document) return document.error();
    return Patch{*std::move(document), if_match(request)};
}

Response respond(int status, const Value& body) {
    return {status, body.dump()};
}

Response with_etag(Response response, std::int64_t version) {
    response.headers.emplace_back("ETag", etag(version));
    return response;
}

Response with_etag(Response response, std::int64_t version, std::string_view beside) {
    response.headers.emplace_back("ETag", etag(version, beside));
    return response;
}

Response created(const Request& request, Response response, const std::string& id) {
    return with_location(std::move(response), request.path + "/" + id);
}

Value or_null(const std::optional<core::Time>& time) {
    return time ? Value(core::to_rfc3339(*time)) : Value(nullptr);
}

Response respond_page(Value data, bool has_more) {
    return respond(200, Value{{"data", std::move(data)}, {"has_more", has_more}});
}

}  // namespace rest
