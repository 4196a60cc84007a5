#include "http/head_parser.hpp"

#include <algorithm>
#include <charconv>

#include "http/bytes.hpp"

namespace http {

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

Method method_of(std::string_view text) {
    for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::del, Method::options}) {
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
    const bool well_formed =
        text.size() == 8 && text.starts_with("HTTP/") && digit(5) && text[6] == '.' && digit(7);
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
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return 400;  // a folded line, too
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

}  // namespace http
