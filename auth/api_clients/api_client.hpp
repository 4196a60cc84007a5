// ApiClientService that call the API on their own behalf (OAuth 2.0 clients), and what they may ask for.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "http/caller.hpp"

namespace auth {

struct ApiClientDraft {
    std::string name;
    http::Role role;
    std::vector<std::string> scopes;  // sorted, each once
    bool operator==(const ApiClientDraft&) const = default;
};

struct ApiClient {
    std::string id;  // prg_…
    ApiClientDraft draft;
    std::optional<core::Time> last_used_at;
    std::optional<core::Time> revoked_at;
    std::int64_t version = 1;
    core::Time created_at = {};
    core::Time updated_at = {};
    int live_secrets = 0;
};

// <service>:read, <service>:write, or *.
bool is_scope(std::string_view text);
// Separated by single blanks, as RFC 6749 writes them; sorted, each once. Nothing when one of them is none.
std::optional<std::vector<std::string>> parse_scopes(std::string_view text);
std::string to_text(const std::vector<std::string>& scopes);

// What a token gets: all that was granted when nothing is asked for, else what is asked for. Nothing when
// that is more than was granted. A caller with * may ask for any scope.
std::optional<std::vector<std::string>> granted(const std::vector<std::string>& allowed,
                                                const std::optional<std::vector<std::string>>& asked);

}  // namespace auth
