// ApiClientService: their tokens (OAuth 2.0 client credentials), and what admins do with them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/api_clients/api_client.hpp"
#include "auth/audit/audit_log.hpp"
#include "auth/signing_keys/key_ring.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

// Its secret is told once and kept nowhere.
struct ApiClientWithSecret {
    ApiClient program;
    std::string secret;
};

struct ApiClientToken {
    std::string access_token;
    std::chrono::seconds expires_in;
    std::vector<std::string> scopes;
};

// RFC 6749, section 5.2.
enum class TokenRefusal { invalid_client, invalid_scope };

class ApiClientService {
public:
    ApiClientService(postgres::Database& db, KeyRing& keys, telemetry::Metrics& metrics);

    std::variant<ApiClientToken, TokenRefusal> token(const std::string& id, const std::string& secret,
                                                     const std::optional<std::vector<std::string>>& scopes,
                                                     const RequestOrigin& origin);

    // What has scopes itself hands on no more than those, also not by a secret.
    core::Result<ApiClientWithSecret> create(const ApiClientDraft& draft, const RequestOrigin& origin);
    core::Result<ApiClient> find(const std::string& id);
    struct Page {
        std::vector<ApiClient> programs;
        bool has_more;
    };
    Page list(const rest::Page& page);
    using Edit = std::function<core::Result<ApiClientDraft>(const ApiClientDraft&)>;
    core::Result<ApiClient> change(const std::string& id, const rest::VersionTest& expected, const Edit& edit,
                                   const RequestOrigin& origin);
    // A new secret; the one before it lives on for `overlap`, older ones end now.
    core::Result<ApiClientWithSecret> rotate(const std::string& id, std::chrono::seconds overlap,
                                             const RequestOrigin& origin);
    // No more tokens; those there are end by themselves. Again is fine and changes nothing.
    core::Result<ApiClient> revoke(const std::string& id, const RequestOrigin& origin);
    // One whose id and secret were chosen elsewhere, unless it is there.
    void ensure(const std::string& id, const std::string& secret, const ApiClientDraft& draft);

private:
    postgres::Database& db_;
    KeyRing& keys_;
    std::function<void(double)> issued_, refused_;
};

}  // namespace auth
