#include "rest/etag.hpp"

#include <algorithm>

namespace rest {
namespace {

// Whether a list of tags holds one that begins so. A weak tag (W/"3") is another one.
bool lists(std::string_view tags, std::string_view start) {
    for (auto at = tags.find(start); at != std::string_view::npos; at = tags.find(start, at + 1)) {
        if (at == 0 || tags[at - 1] == ' ' || tags[at - 1] == ',') return true;
    }
    return false;
}

}  // namespace

std::string etag(std::int64_t version) {
    return "\"" + std::to_string(version) + "\"";
}

std::string etag(std::int64_t version, std::string_view beside) {
    return "\"" + std::to_string(version) + "." + std::string{beside} + "\"";
}

VersionTest if_match(const http::Request& request) {
    const auto* header = request.header("if-match");
    if (header == nullptr || *header == "*") return {};
    return [tags = *header](std::int64_t version) {
        return lists(tags, etag(version)) || lists(tags, "\"" + std::to_string(version) + ".");
    };
}

core::Error outdated() {
    return {core::Kind::outdated, "it has changed since you read it"};
}

http::Response not_modified_or(const http::Request& request, http::Response answer,
                               std::string cache_control) {
    const auto tag = std::ranges::find(answer.headers, "ETag", &http::Headers::value_type::first)->second;
    answer.headers.emplace_back("Cache-Control", std::move(cache_control));
    const auto* known = request.header("if-none-match");
    if (known == nullptr || !(*known == "*" || lists(*known, tag) || lists(*known, "W/" + tag)))
        return answer;
    return {.status = 304, .headers = std::move(answer.headers)};
}

}  // namespace rest
