#include "base/http_framing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>

namespace base::http {
namespace {

constexpr std::array<bool, 256> kTokenBytes = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return kTokenBytes[static_cast<unsigned char>(c)]; });
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    return std::ranges::equal(text, lower_case, {}, to_lower);
}

std::string_view trim(std::string_view text) {
    constexpr auto kBlanks = " \t";
    const auto start = text.find_first_not_of(kBlanks);
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

// Takes the part up to `separator` off the front of `text`, the separator too.
std::string_view take_until(std::string_view& text, std::string_view separator) {
    const auto end = std::min(text.find(separator), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + separator.size(), text.size()));
    return part;
}

}  // namespace

// ---- the head

HeadScanner::Found HeadScanner::scan(std::string_view bytes) {
    constexpr std::size_t kMethodAndVersion = 64;
    for (; seen_ < bytes.size(); ++seen_) {
        if (seen_ >= limits_->head_bytes) return {0, 431};
        const auto byte = static_cast<unsigned char>(bytes[seen_]);
        const bool after_cr = seen_ > 0 && bytes[seen_ - 1] == '\r';
        if (after_cr != (byte == '\n')) return {0, 400};
        if (is_control(byte) && byte != '\r' && byte != '\n') return {0, 400};
        if (lines_ == 0 && seen_ > limits_->target_bytes + kMethodAndVersion) return {0, 414};
        if (byte != '\n') continue;
        if (seen_ - line_start_ == 1) return {seen_ + 1, 0};
        line_start_ = seen_ + 1;
        if (++lines_ > limits_->header_count + 1) return {0, 431};
    }
    return {};
}

namespace {

Method method_of(std::string_view text) {
    for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del,
                              Method::options}) {
        if (text == to_string(method)) return method;
    }
    return Method::other;
}

int parse_version(std::string_view text, Head& into) {
    if (text == "HTTP/1.1" || text == "HTTP/1.0") {
        into.is_1_1 = text.back() == '1';
        return 0;
    }
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    const bool well_formed = text.size() == 8 && text.starts_with("HTTP/") && digit(5) && text[6] == '.' && digit(7);
    return well_formed ? 505 : 400;
}

int parse_target(std::string_view text, const Limits& limits, Request& into) {
    if (text.size() > limits.target_bytes) return 414;
    const auto allowed = [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (!text.starts_with('/') || !std::ranges::all_of(text, allowed)) return 400;
    into.path = take_until(text, "?");
    into.query = text;
    return into.path.find('%') == std::string::npos ? 0 : 400;
}

int parse_request_line(std::string_view line, const Limits& limits, Head& into) {
    const auto method = take_until(line, " ");
    const auto target = take_until(line, " ");
    if (!is_token(method)) return 400;
    into.request.method = method_of(method);
    if (const int refusal = parse_version(line, into)) return refusal;
    return parse_target(target, limits, into.request);
}

int parse_header(std::string_view line, Headers& into) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;  // a folded line, too
    auto& [name, value] = into.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    std::ranges::transform(name, name.begin(), to_lower);
    return 0;
}

// The only header of that name; null when there is none, or several, which `several` tells.
const std::string* only(const Headers& headers, std::string_view name, bool& several) {
    const std::string* found = nullptr;
    for (const auto& header : headers) {
        if (header.first != name) continue;
        if (found != nullptr) {
            several = true;
            return nullptr;
        }
        found = &header.second;
    }
    return found;
}

int parse_length(const std::string* text, const Limits& limits, Head& into) {
    if (text == nullptr) return 0;
    const auto* end = text->data() + text->size();
    const bool digits = std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
    const auto [stop, error] = std::from_chars(text->data(), end, into.content_length);
    if (!digits || stop != end || error != std::errc{}) return 400;
    return into.content_length > limits.body_bytes ? 413 : 0;
}

int parse_coding(const std::string* text, Head& into) {
    if (text == nullptr) return 0;
    if (!into.is_1_1) return 400;
    into.chunked = equals_ignoring_case(*text, "chunked");
    return into.chunked ? 0 : 501;
}

bool keeps_alive(const Head& head) {
    bool keep = head.is_1_1;
    for (const auto& [name, value] : head.request.headers) {
        if (name != "connection") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto option = trim(take_until(rest, ","));
            if (equals_ignoring_case(option, "close")) return false;
            if (equals_ignoring_case(option, "keep-alive")) keep = true;
        }
    }
    return keep;
}

// RFC 9112, 6.3, with every ambiguity refused.
int settle_framing(const Limits& limits, Head& into) {
    const auto& headers = into.request.headers;
    bool several = false;
    const auto* length = only(headers, "content-length", several);
    const auto* coding = only(headers, "transfer-encoding", several);
    const auto* host = only(headers, "host", several);
    const auto* expect = only(headers, "expect", several);
    if (several || (length != nullptr && coding != nullptr) || (into.is_1_1 && host == nullptr)) return 400;
    if (const int refusal = parse_coding(coding, into)) return refusal;
    if (expect != nullptr) {
        if (!equals_ignoring_case(*expect, "100-continue")) return 417;
        into.expects_continue = into.is_1_1;
    }
    into.request.keep_alive = keeps_alive(into);
    return parse_length(length, limits, into);
}

}  // namespace

int parse_head(std::string_view head, const Limits& limits, Head& into) {
    into = {};
    if (const int refusal = parse_request_line(take_until(head, "\r\n"), limits, into)) return refusal;
    while (!head.empty()) {
        const auto line = take_until(head, "\r\n");
        if (line.empty()) break;
        if (const int refusal = parse_header(line, into.request.headers)) return refusal;
    }
    return settle_framing(limits, into);
}

// ---- the body

BodyReader::BodyReader(const Head& head, const Limits& limits)
    : remaining_(head.content_length), body_limit_(limits.body_bytes), framing_limit_(limits.head_bytes) {
    if (head.chunked) {
        state_ = State::size_start;
    } else if (head.content_length > 0) {
        state_ = State::counted_data;
    }
}

std::size_t BodyReader::feed(std::string_view bytes, std::string& body) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::complete && state_ != State::refused) {
        if (state_ != State::counted_data && state_ != State::chunk_data) {
            take_framing(static_cast<unsigned char>(bytes[at++]), body.size());
            continue;
        }
        const auto piece = bytes.substr(at, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
        body += piece;
        at += piece.size();
        remaining_ -= piece.size();
        if (remaining_ == 0) state_ = state_ == State::counted_data ? State::complete : State::chunk_cr;
    }
    return at;
}

void BodyReader::take_framing(unsigned char byte, std::size_t body_size) {
    // A byte sent alone in a chunk costs five of framing; who needs far more is after something else.
    if (++framing_bytes_ > framing_limit_ + 8 * body_size) return refuse(400);
    switch (state_) {
        case State::size_start:
            remaining_ = 0;
            digits_ = 0;
            return take_size_digit(byte, body_size);
        case State::size:
            if (byte == '\r') state_ = State::size_lf;
            else if (byte == ';') state_ = State::extension;
            else take_size_digit(byte, body_size);
            return;
        case State::extension:
            if (byte == '\r') state_ = State::size_lf;
            else if (is_control(byte)) refuse(400);
            return;
        case State::size_lf: return expect(byte, '\n', remaining_ == 0 ? State::line_start : State::chunk_data);
        case State::chunk_cr: return expect(byte, '\r', State::chunk_lf);
        case State::chunk_lf: return expect(byte, '\n', State::size_start);
        case State::line_start:
            if (byte == '\r') state_ = State::last_lf;
            else expect_token(byte, State::trailer_name);
            return;
        case State::trailer_name:
            if (byte == ':') state_ = State::trailer_value;
            else expect_token(byte, State::trailer_name);
            return;
        case State::trailer_value:
            if (byte == '\r') state_ = State::trailer_lf;
            else if (is_control(byte)) refuse(400);
            return;
        case State::trailer_lf: return expect(byte, '\n', State::line_start);
        case State::last_lf: return expect(byte, '\n', State::complete);
        case State::counted_data:
        case State::chunk_data:
        case State::complete:
        case State::refused: return;
    }
}

void BodyReader::take_size_digit(unsigned char byte, std::size_t body_size) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr std::size_t kMostDigits = 15;  // so that the value can't overflow
    const auto digit = kDigits.find(to_lower(static_cast<char>(byte)));
    if (digit == std::string_view::npos || ++digits_ > kMostDigits) return refuse(400);
    remaining_ = remaining_ * 16 + digit;
    if (remaining_ > body_limit_ - body_size) return refuse(413);
    state_ = State::size;
}

void BodyReader::expect(unsigned char byte, unsigned char wanted, State next) {
    if (byte != wanted) return refuse(400);
    state_ = next;
}

void BodyReader::expect_token(unsigned char byte, State next) {
    if (!kTokenBytes[byte]) return refuse(400);
    state_ = next;
}

void BodyReader::refuse(int status) {
    refusal_ = status;
    state_ = State::refused;
}

// ---- answers

namespace {

std::string_view reason(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "";
    }
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
    return is_token(name) && std::ranges::none_of(value, [](char c) { return is_control(static_cast<unsigned char>(c)); });
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
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason(response.status));
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

Response refusal_answer(int status) {
    std::string body = R"({"type":"about:blank","title":")";
    body.append(reason(status)).append(R"(","status":)").append(std::to_string(status)).append("}");
    return {status, std::move(body), "application/problem+json"};
}

}  // namespace base::http
