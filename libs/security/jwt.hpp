// Tokens: JWTs signed with ES256 and nothing else. `auth` signs them; every service, and the gateway,
// verifies.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "http/caller.hpp"

struct evp_pkey_st;  // OpenSSL's key

namespace security::jwt {

inline constexpr std::size_t kMaxBytes = 8192;
inline constexpr std::chrono::hours kMaxLife{24};        // a token that would live longer is not one of ours
inline constexpr std::chrono::seconds kClockLeeway{30};  // between the clocks of who signs and who verifies

// Who issues tokens and for whom; what was issued elsewhere is refused.
struct Realm {
    std::string issuer = "quittance";
    std::string audience = "quittance";
};

struct Claims {
    std::string subject;  // usr_…, cli_…, prg_…
    http::Role role;
    std::optional<std::vector<std::string>> scopes = {};  // only programs have them
    core::Time issued_at;                                 // whole seconds, as a token has them
    core::Time expires_at;
    std::string id;

    http::Caller caller() const { return {subject, role, scopes}; }
};

// A private key and its name.
class Signer {
public:
    // A new key, named by its RFC 7638 thumbprint.
    static Signer make();
    // Throws std::invalid_argument when `pem` is no private P-256 key or `kid` is no name (see is_kid).
    static Signer from_pem(std::string kid, std::string_view pem);

    const std::string& kid() const { return kid_; }
    std::string private_pem() const;       // PKCS #8; a secret
    core::json::Value public_jwk() const;  // {"kty","crv","x","y","kid","alg","use"}
    std::string sign(const Claims& claims, const Realm& realm = {}) const;

private:
    Signer(std::string kid, std::shared_ptr<evp_pkey_st> key) : kid_(std::move(kid)), key_(std::move(key)) {}
    std::string kid_;
    std::shared_ptr<evp_pkey_st> key_;
};

// 1 to 64 of A-Z a-z 0-9 _ - : a kid becomes the name of a file at the gateway.
bool is_kid(std::string_view text);

// {"keys":[…]} of these signers' public halves.
std::string jwks(const std::vector<Signer>& signers);

// The public keys tokens are verified with. Safe from many threads.
class KeySet {
public:
    // Of a JWKS document; keys of other kinds are passed over. `malformed` when no key is left, or two have
    // one name.
    static core::Result<KeySet> parse(std::string_view jwks_json, Realm realm = {});

    // `unauthorized`, with a sentence for the caller, for whatever is not in order.
    core::Result<Claims> verify(std::string_view token, core::Time now) const;
    // Whether the token has the shape of ours but is signed with a key that is not here.
    bool misses_key_of(std::string_view token) const;
    std::vector<std::string> kids() const;

private:
    struct Key {
        std::string kid;
        std::shared_ptr<evp_pkey_st> key;
    };
    explicit KeySet(Realm realm) : realm_(std::move(realm)) {}
    static core::Result<Key> read_key(const core::json::Value& jwk);
    const Key* find(std::string_view kid) const;
    Realm realm_;
    std::vector<Key> keys_;
};

}  // namespace security::jwt
