#include "auth/api_clients/api_client.hpp"

#include <algorithm>

namespace auth {
namespace {

void make_unique(std::vector<std::string>& scopes) {
    std::ranges::sort(scopes);
    const auto rest = std::ranges::unique(scopes);
    scopes.erase(rest.begin(), rest.end());
}

}  // namespace

bool is_scope(std::string_view text) {
    if (text == "*") return true;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 40) return false;
    const auto right = text.substr(colon + 1);
    return (right == "read" || right == "write") && std::ranges::all_of(text.substr(0, colon), [](char c) {
               return (c >= 'a' && c <= 'z') || c == '-';
           });
}

std::optional<std::vector<std::string>> parse_scopes(std::string_view text) {
    std::vector<std::string> scopes;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(' ', start), text.size());
        const auto scope = text.substr(start, end - start);
        if (!is_scope(scope)) return {};
        scopes.emplace_back(scope);
        start = end + 1;
    }
    make_unique(scopes);
    return scopes;
}

std::string to_text(const std::vector<std::string>& scopes) {
    std::string text;
    for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
    return text;
}

std::optional<std::vector<std::string>> granted(const std::vector<std::string>& allowed,
                                                const std::optional<std::vector<std::string>>& asked) {
    if (!asked) return allowed;
    const bool has_all = std::ranges::find(allowed, "*") != allowed.end();
    const bool fits = has_all || std::ranges::all_of(*asked, [&](const std::string& scope) {
                          return std::ranges::find(allowed, scope) != allowed.end();
                      });
    if (!fits) return {};
    return asked;
}

}  // namespace auth
