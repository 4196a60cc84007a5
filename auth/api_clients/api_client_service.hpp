// Programs: their tokens (OAuth 2.0 client credentials), and what admins do with them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/audit/audit_log.hpp"
#include "auth/signing_keys/key_ring.hpp"
#include "auth/api_clients/api_client.hpp"
#include "rest/etag.hpp"
#include "telemetry/metrics.hpp"
#include "rest/page.hpp"
#include "postgres/database.hpp"

namespace auth {

// Its secret is told once and kept nowhere.
struct ProgramWithSecret {
    Program program;
    std::string secret;
};

struct ProgramToken {
    std::string access_token;
    std::chrono::seconds expires_in;
    std::vector<std::string> scopes;
};

// RFC 6749, section 5.2.
enum class TokenRefusal { invalid_client, invalid_scope };

class Programs {
public:
    Programs(postgres::Database& db, KeyRing& keys, telemetry::Metrics& metrics);

    std::variant<ProgramToken, TokenRefusal> token(const std::string& id, const std::string& secret,
                                                   const std::optional<std::vector<std::string>>& scopes,
                                                   const Origin& origin);

    // What has scopes itself hands on no more than those, also not by a secret.
    core::Result<ProgramWithSecret> create(const ProgramDraft& draft, const Origin& origin);
    core::Result<Program> find(const std::string& id);
    struct Page {
        std::vector<Program> programs;
        bool has_more;
    };
    Page list(const rest::Page& page);
    using Edit = std::function<core::Result<ProgramDraft>(const ProgramDraft&)>;
    core::Result<Program> change(const std::string& id, const rest::VersionTest& expected, const Edit& edit,
                                 const Origin& origin);
    // A new secret; the one before it lives on for `overlap`, older ones end now.
    core::Result<ProgramWithSecret> rotate(const std::string& id, std::chrono::seconds overlap,
                                           const Origin& origin);
    // No more tokens; those there are end by themselves. Again is fine and changes nothing.
    core::Result<Program> revoke(const std::string& id, const Origin& origin);
    // One whose id and secret were chosen elsewhere, unless it is there.
    void ensure(const std::string& id, const std::string& secret, const ProgramDraft& draft);

private:
    postgres::Database& db_;
    KeyRing& keys_;
    std::function<void(double)> issued_, refused_;
};

}  // namespace auth
