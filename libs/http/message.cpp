#include "http/message.hpp"

#include <algorithm>
#include <stdexcept>

namespace http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// As forms and URLSearchParams write it: %XX for a byte, a plus for a blank.
std::optional<std::string> decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return {};
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return {};
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

// Calls `visit(name, value)` for each non-empty part of a query until it answers true.
template <class Visit>
void each_pair(std::string_view query, Visit visit) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        if (visit(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())))) return;
    }
}

}  // namespace

std::string_view to_string(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::head: return "HEAD";
        case Method::post: return "POST";
        case Method::put: return "PUT";
        case Method::patch: return "PATCH";
        case Method::del: return "DELETE";
        case Method::options: return "OPTIONS";
        case Method::other: return "OTHER";
    }
    return "OTHER";
}

const std::string* Request::header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
    return found == headers.end() ? nullptr : &found->second;
}

const std::string& Request::path_value(std::string_view name) const {
    const auto found = std::ranges::find(path_values, name, &Headers::value_type::first);
    if (found == path_values.end()) throw std::out_of_range("the route has no :" + std::string{name});
    return found->second;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
    std::optional<std::string> found;
    each_pair(query, [&](std::string_view key, std::string_view value) {
        if (decode(key) != name) return false;
        found = decode(value);
        return true;
    });
    return found;
}

std::vector<std::string> Request::query_names() const {
    std::vector<std::string> names;
    each_pair(query, [&](std::string_view key, std::string_view) {
        names.push_back(decode(key).value_or(std::string{key}));
        return false;
    });
    return names;
}

}  // namespace http
