#include "http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include "http/bytes.hpp"

namespace http {
namespace {

struct Reason {
    int status;
    std::string_view text;
};
constexpr Reason kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

std::string_view reason(int status) {
    const auto* found = std::ranges::find(kReasons, status, &Reason::status);
    return found == std::end(kReasons) ? std::string_view{} : found->text;
}

// RFC 9110, 6.6.1: Sun, 06 Nov 1994 08:49:37 GMT. Made once a second in each thread.
std::string_view date() {
    thread_local std::time_t made_at = 0;
    thread_local std::array<char, 32> text{};
    thread_local std::size_t length = 0;
    if (const auto now = std::time(nullptr); now != made_at) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
        made_at = now;
    }
    return {text.data(), length};
}

bool may_send(std::string_view name, std::string_view value) {
    for (const auto ours : {"content-length", "transfer-encoding", "connection", "date"}) {
        if (equals_ignoring_case(name, ours)) return false;
    }
    return is_token(name) &&
           std::ranges::none_of(value, [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    if (!may_send(name, value)) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string write_answer(const Response& response, Method method, bool keep_alive) {
    const bool bodiless = response.status == 204 || response.status == 304;
    const bool with_body = !bodiless && method != Method::head;
    std::string out;
    out.reserve(512 + (with_body ? response.body.size() : 0));
    out.append("HTTP/1.1 ")
        .append(std::to_string(response.status))
        .append(" ")
        .append(reason(response.status));
    out.append("\r\nDate: ").append(date());
    out.append(keep_alive ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n");
    if (!bodiless) {
        out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
        if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
    }
    for (const auto& [name, value] : response.headers) append_header(out, name, value);
    out.append("\r\n");
    if (with_body) out.append(response.body);
    return out;
}

Response refusal_answer(int status, const std::string& request_id) {
    std::string body = R"({"type":"about:blank","title":")";
    body.append(reason(status)).append(R"(","status":)").append(std::to_string(status));
    body.append(R"(,"request_id":")").append(request_id).append(R"("})");
    return {status, std::move(body), "application/problem+json", {{"X-Request-Id", request_id}}};
}

}  // namespace http
