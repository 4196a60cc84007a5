#include "base/etag.hpp"

#include <string_view>

namespace base {
namespace {

// Whether a list of tags holds `tag`. A weak tag (W/"3") is another one.
bool lists(std::string_view tags, std::string_view tag) {
    const auto at = tags.find(tag);
    return at != std::string_view::npos && (at == 0 || tags[at - 1] == ' ' || tags[at - 1] == ',');
}

}  // namespace

std::string etag(std::int64_t version) {
    return "\"" + std::to_string(version) + "\"";
}

VersionTest if_match(const http::Request& request) {
    const auto* header = request.header("if-match");
    if (header == nullptr || *header == "*") return {};
    return [tags = *header](std::int64_t version) { return lists(tags, etag(version)); };
}

Error outdated() {
    return {Kind::outdated, "it has changed since you read it"};
}

bool has_version(const http::Request& request, std::int64_t version) {
    const auto* header = request.header("if-none-match");
    return header != nullptr &&
           (*header == "*" || lists(*header, etag(version)) || lists(*header, "W/" + etag(version)));
}

}  // namespace base
