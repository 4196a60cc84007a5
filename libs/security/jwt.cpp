#include "security/jwt.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "core/base64.hpp"
#include "core/json_reader.hpp"
#include "security/es256.hpp"

namespace security::jwt {
namespace {

using core::json::Value;

constexpr std::int64_t kLatest_s = 253'402'300'799;  // the year 9999: what is later would overflow

// ---- reading

struct Parts {
    std::string_view signed_text;  // header.payload
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
};

std::optional<Parts> split(std::string_view token) {
    if (token.size() > kMaxBytes) return {};
    const auto first = token.find('.');
    if (first == std::string_view::npos) return {};
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    return Parts{token.substr(0, second), token.substr(0, first), token.substr(first + 1, second - first - 1),
                 token.substr(second + 1)};
}

// An object of plain members, each named once: the gateway reads the first of a name, others the last.
std::optional<Value> parse_plain(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return {};
    auto value = Value::parse_unique(text);
    if (!value.is_object()) return {};
    const auto is_plain = [](const core::json::Member& member) {
        return !member.value.is_array() && !member.value.is_object();
    };
    if (!std::ranges::all_of(value.items(), is_plain)) return {};
    return value;
}

std::optional<Value> decode(std::string_view part) {
    const auto text = core::from_base64url(part);
    if (!text) return {};
    return parse_plain(*text);
}

// The member when it is text; empty otherwise.
std::string_view text_of(const Value& object, std::string_view name) {
    const auto* found = object.find(name);
    if (found == nullptr || !found->is_string()) return {};
    return found->text();
}

// The kid of a header that says exactly what ours do. So no `none`, no other algorithm, no key the token
// brings along (jwk, jku, x5u), nothing critical we would have to understand.
std::optional<std::string> kid_of(std::string_view header) {
    const auto read = decode(header);
    if (!read || read->size() != 3) return {};
    if (text_of(*read, "alg") != "ES256" || text_of(*read, "typ") != "JWT") return {};
    const auto kid = text_of(*read, "kid");
    if (!is_kid(kid)) return {};
    return std::string{kid};
}

std::optional<core::Time> time_of(const Value& claims, std::string_view name) {
    const auto* found = claims.find(name);
    if (found == nullptr || found->type() != Value::Type::integer) return {};
    const auto seconds = found->get<std::int64_t>();
    if (seconds < 0 || seconds > kLatest_s) return {};
    return core::from_unix_s(seconds);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.' || c == ':';
    });
}

std::vector<std::string> split_scopes(std::string_view text) {
    std::vector<std::string> scopes;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0) scopes.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return scopes;
}

core::Error refused(std::string detail = "the token is not valid") {
    return {core::Kind::unauthorized, std::move(detail)};
}

// Claims that are signed; still, nothing is taken that we would not have signed.
core::Result<Claims> read_claims(const Value& said, const Realm& realm, core::Time now) {
    if (text_of(said, "iss") != realm.issuer || text_of(said, "aud") != realm.audience) {
        return refused("the token was issued by somebody else, or for something else");
    }
    const auto issued_at = time_of(said, "iat");
    const auto expires_at = time_of(said, "exp");
    if (!issued_at || !expires_at) return refused();
    if (*expires_at <= now) return refused("the token has expired");
    if (*expires_at > now + kMaxLife || *issued_at > now + kClockLeeway) return refused();
    if (said.contains("nbf")) {
        const auto not_before = time_of(said, "nbf");
        if (!not_before || *not_before > now + kClockLeeway) return refused();
    }
    const auto role = http::parse_role(text_of(said, "role"));
    const auto subject = text_of(said, "sub");
    const auto id = text_of(said, "jti");
    if (!role || !is_name(subject) || !is_name(id)) return refused();
    Claims claims{.subject = std::string{subject},
                  .role = *role,
                  .issued_at = *issued_at,
                  .expires_at = *expires_at,
                  .id = std::string{id}};
    if (const auto* scope = said.find("scope")) {
        if (!scope->is_string()) return refused();
        claims.scopes = split_scopes(scope->text());
    }
    return claims;
}

// ---- writing

std::string header_of(const std::string& kid) {
    // Members in this order, no blanks: the gateway compares the text.
    return R"({"alg":"ES256","kid":")" + kid + R"(","typ":"JWT"})";
}

std::string joined(const std::vector<std::string>& scopes) {
    std::string text;
    for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
    return text;
}

}  // namespace

bool is_kid(std::string_view text) {
    return is_name(text) && text.size() <= 64 && text.find_first_of(".:") == std::string_view::npos;
}

Signer Signer::make() {
    auto key = es256::make_key();
    const auto point = es256::point_of(*key);
    const auto canonical = R"({"crv":"P-256","kty":"EC","x":")" + core::to_base64url(point.x) + R"(","y":")" +
                           core::to_base64url(point.y) + R"("})";
    return {core::to_base64url(es256::sha256(canonical)), std::move(key)};
}

Signer Signer::from_pem(std::string kid, std::string_view pem) {
    if (!is_kid(kid)) throw std::invalid_argument("this is no name of a key");
    return {std::move(kid), es256::read_private(pem)};
}

std::string Signer::private_pem() const {
    return es256::write_private(*key_);
}

Value Signer::public_jwk() const {
    const auto point = es256::point_of(*key_);
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", core::to_base64url(point.x)},
            {"y", core::to_base64url(point.y)},
            {"kid", kid_},
            {"alg", "ES256"},
            {"use", "sig"}};
}

std::string Signer::sign(const Claims& claims, const Realm& realm) const {
    Value said{{"iss", realm.issuer},
               {"aud", realm.audience},
               {"sub", claims.subject},
               {"role", std::string{to_string(claims.role)}},
               {"iat", core::to_unix_s(claims.issued_at)},
               {"exp", core::to_unix_s(claims.expires_at)},
               {"jti", claims.id}};
    if (claims.scopes) said["scope"] = joined(*claims.scopes);
    const auto text = core::to_base64url(header_of(kid_)) + "." + core::to_base64url(said.dump());
    return text + "." + core::to_base64url(es256::sign(*key_, text));
}

std::string jwks(const std::vector<Signer>& signers) {
    auto keys = Value::array();
    for (const auto& signer : signers) keys.push_back(signer.public_jwk());
    return Value{{"keys", std::move(keys)}}.dump();
}

core::Result<KeySet> KeySet::parse(std::string_view jwks_json, Realm realm) {
    const auto document = core::json::parse_object(jwks_json);
    if (!document) return document.error();
    const auto* keys = document->find("keys");
    if (keys == nullptr || !keys->is_array()) return core::malformed("there is no list of keys");
    KeySet set{std::move(realm)};
    for (const auto& jwk : *keys) {
        auto key = read_key(jwk);
        if (!key) continue;
        if (set.find(key->kid) != nullptr) return core::malformed("two keys have one name");
        set.keys_.push_back(*std::move(key));
    }
    if (set.keys_.empty()) return core::malformed("there is no key for ES256");
    return set;
}

core::Result<KeySet::Key> KeySet::read_key(const Value& jwk) {
    if (!jwk.is_object()) return core::malformed("a key is an object");
    const auto is = [&](std::string_view name, std::string_view wanted, bool needed) {
        return needed || jwk.contains(name) ? text_of(jwk, name) == wanted : true;
    };
    if (!is("kty", "EC", true) || !is("crv", "P-256", true) || !is("alg", "ES256", false) ||
        !is("use", "sig", false)) {
        return core::malformed("a key of another kind");
    }
    const auto kid = text_of(jwk, "kid");
    const auto x = core::from_base64url(text_of(jwk, "x"));
    const auto y = core::from_base64url(text_of(jwk, "y"));
    if (!is_kid(kid) || !x || !y) return core::malformed("a key without a name or a point");
    auto key = es256::read_public({*x, *y});
    if (!key) return core::malformed("a point that is not on the curve");
    return Key{std::string{kid}, std::move(key)};
}

const KeySet::Key* KeySet::find(std::string_view kid) const {
    const auto found = std::ranges::find(keys_, kid, &Key::kid);
    return found == keys_.end() ? nullptr : &*found;
}

core::Result<Claims> KeySet::verify(std::string_view token, core::Time now) const {
    const auto parts = split(token);
    if (!parts) return refused();
    const auto kid = kid_of(parts->header);
    const auto* key = kid ? find(*kid) : nullptr;
    const auto signature = core::from_base64url(parts->signature);
    if (key == nullptr || !signature) return refused();
    if (!es256::verify(*key->key, parts->signed_text, *signature)) return refused();
    const auto claims = decode(parts->payload);
    return claims ? read_claims(*claims, realm_, now) : refused();
}

bool KeySet::misses_key_of(std::string_view token) const {
    const auto parts = split(token);
    const auto kid = parts ? kid_of(parts->header) : std::nullopt;
    return kid && find(*kid) == nullptr;
}

std::vector<std::string> KeySet::kids() const {
    std::vector<std::string> kids;
    for (const auto& key : keys_) kids.push_back(key.kid);
    return kids;
}

}  // namespace security::jwt
