#include "security/jwt.hpp"

#include <gtest/gtest.h>

#include "core/base64.hpp"
#include "security/es256.hpp"

namespace security::jwt {
namespace {

using core::json::Value;

const Signer kSigner = Signer::make();
const es256::Key kKey = es256::read_private(kSigner.private_pem());
const core::Time kNow = core::from_unix_s(1'800'000'000);

KeySet keys() {
    return *KeySet::parse(jwks({Signer::make(), kSigner}));
}

Claims claims() {
    return {.subject = "usr_1",
            .role = http::Role::admin,
            .issued_at = kNow,
            .expires_at = kNow + std::chrono::minutes{5},
            .id = "tok_1"};
}

Value good_header() {
    return {{"alg", "ES256"}, {"kid", kSigner.kid()}, {"typ", "JWT"}};
}
Value good_claims() {
    return {{"iss", "quittance"}, {"aud", "quittance"},           {"sub", "usr_1"},
            {"role", "admin"},    {"iat", core::to_unix_s(kNow)}, {"exp", core::to_unix_s(kNow) + 300},
            {"jti", "tok_1"}};
}

// Whatever the texts are, the signature is ours.
std::string forge(const std::string& header, const std::string& payload) {
    const auto text = core::to_base64url(header) + "." + core::to_base64url(payload);
    return text + "." + core::to_base64url(es256::sign(*kKey, text));
}
std::string with_header(Value change) {
    auto header = good_header();
    header.merge_patch(change);
    return forge(header.dump(), good_claims().dump());
}
std::string with_claims(Value change) {
    auto said = good_claims();
    said.merge_patch(change);
    return forge(good_header().dump(), said.dump());
}

TEST(Token, WhatIsSignedIsReadBack) {
    auto said = claims();
    said.scopes = {"orders:read", "catalog:write"};
    const auto read = keys().verify(kSigner.sign(said), kNow);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, "usr_1");
    EXPECT_EQ(read->role, http::Role::admin);
    EXPECT_EQ(read->scopes, said.scopes);
    EXPECT_EQ(read->issued_at, said.issued_at);
    EXPECT_EQ(read->expires_at, said.expires_at);
    EXPECT_EQ(read->id, "tok_1");
}

TEST(Token, HeaderIsAlwaysTheSameText) {
    const auto token = kSigner.sign(claims());
    EXPECT_EQ(core::from_base64url(token.substr(0, token.find('.'))),
              R"({"alg":"ES256","kid":")" + kSigner.kid() + R"(","typ":"JWT"})");
}

TEST(Token, AKeySurvivesItsPem) {
    const auto again = Signer::from_pem("other-name", kSigner.private_pem());
    EXPECT_EQ(again.kid(), "other-name");
    EXPECT_TRUE(KeySet::parse(jwks({again}))->verify(again.sign(claims()), kNow));
    EXPECT_FALSE(keys().verify(again.sign(claims()), kNow)) << "a known key by an unknown name";
    EXPECT_THROW((void)Signer::from_pem("a", "no pem"), std::invalid_argument);
    EXPECT_THROW((void)Signer::from_pem("../a", kSigner.private_pem()), std::invalid_argument);
}

TEST(Token, ThePublicHalfHoldsNothingPrivate) {
    const auto jwk = kSigner.public_jwk();
    EXPECT_FALSE(jwk.contains("d"));
    EXPECT_EQ(jwk.size(), 7U);
}

struct Case {
    const char* what;
    std::string token;
};

std::string good() {
    return forge(good_header().dump(), good_claims().dump());
}
std::string der_signed() {
    const auto token = good();
    const auto dot = token.rfind('.');
    const auto raw = *core::from_base64url(token.substr(dot + 1));
    const auto number = [](std::string half) {
        if (half[0] & 0x80) half.insert(0, 1, '\0');
        return std::string{'\x02', static_cast<char>(half.size())} + half;
    };
    const auto pair = number(raw.substr(0, 32)) + number(raw.substr(32));
    return token.substr(0, dot + 1) +
           core::to_base64url(std::string{'\x30', static_cast<char>(pair.size())} + pair);
}
std::string unsigned_with(Value header) {
    return core::to_base64url(header.dump()) + "." + core::to_base64url(good_claims().dump()) + ".";
}
std::string with_text_claims(const std::string& extra) {
    const auto text = good_claims().dump();
    return forge(good_header().dump(), text.substr(0, text.size() - 1) + extra + "}");
}

std::vector<Case> refused_cases() {
    const auto exp = core::to_unix_s(kNow);
    const auto of_good = good();
    const auto first = of_good.find('.');
    const auto second = of_good.rfind('.');
    auto tampered = of_good;
    tampered[first + 5] = tampered[first + 5] == 'A' ? 'B' : 'A';
    return {
        // the text
        {"empty", ""},
        {"dots", ".."},
        {"two parts", of_good.substr(0, second)},
        {"four parts", of_good + ".x"},
        {"a trailing dot", of_good + "."},
        {"a blank before", " " + of_good},
        {"a blank behind", of_good + " "},
        {"padding", of_good + "="},
        {"a line break", of_good + "\n"},
        {"a bit left over in the signature",
         [&] {
             auto text = of_good;
             text.back() = text.back() == 'A'   ? 'B'
                           : text.back() == 'Q' ? 'R'
                           : text.back() == 'g' ? 'h'
                                                : 'x';
             return text;
         }()},
        {"tampered claims", tampered},
        {"no signature", of_good.substr(0, second + 1)},
        {"half a signature", of_good.substr(0, of_good.size() - 43)},
        {"a longer signature",
         of_good.substr(0, second + 1) +
             core::to_base64url(*core::from_base64url(of_good.substr(second + 1)) + std::string{'\0'})},
        {"a zero signature", of_good.substr(0, second + 1) + std::string(86, 'A')},
        {"DER", der_signed()},
        {"somebody else's key", Signer::from_pem(kSigner.kid(), Signer::make().private_pem()).sign(claims())},
        {"too large", with_claims({{"more", std::string(kMaxBytes, 'x')}})},
        // the header
        {"alg none", unsigned_with({{"alg", "none"}, {"kid", kSigner.kid()}, {"typ", "JWT"}})},
        {"alg none, signed", with_header({{"alg", "none"}})},
        {"alg HS256", with_header({{"alg", "HS256"}})},
        {"alg in lower case", with_header({{"alg", "es256"}})},
        {"alg ES384", with_header({{"alg", "ES384"}})},
        {"alg missing", with_header({{"alg", nullptr}})},
        {"alg a list", with_header({{"alg", {"ES256"}}})},
        {"typ missing", with_header({{"typ", nullptr}})},
        {"typ other", with_header({{"typ", "at+jwt"}})},
        {"kid missing", with_header({{"kid", nullptr}})},
        {"kid empty", with_header({{"kid", ""}})},
        {"kid unknown", with_header({{"kid", "unknown"}})},
        {"kid a path", with_header({{"kid", "../../" + kSigner.kid()}})},
        {"kid SQL", with_header({{"kid", "' or 1=1 --"}})},
        {"kid a number", with_header({{"kid", 1}})},
        {"jwk", with_header({{"jwk", kSigner.public_jwk()}})},
        {"jku", with_header({{"jku", "https://evil.example/jwks.json"}})},
        {"x5u", with_header({{"x5u", "https://evil.example/"}})},
        {"crit", with_header({{"crit", {"exp"}}})},
        {"b64", with_header({{"b64", false}})},
        {"alg twice", forge(R"({"alg":"none","alg":"ES256","kid":")" + kSigner.kid() + R"(","typ":"JWT"})",
                            good_claims().dump())},
        {"header no object", forge("[]", good_claims().dump())},
        {"header no JSON", forge("{", good_claims().dump())},
        {"header goes on after a NUL",
         forge(good_header().dump() + std::string{'\0'} + "x", good_claims().dump())},
        // the claims
        {"claims no object", forge(good_header().dump(), "[]")},
        {"claims no JSON", forge(good_header().dump(), good_claims().dump() + "x")},
        {"claims go on after a NUL",
         forge(good_header().dump(), good_claims().dump() + std::string{'\0'} + "}")},
        {"role twice", with_text_claims(R"(,"role":"admin")")},
        {"role twice, once written otherwise", with_text_claims(R"(,"r\u006fle":"admin")")},
        {"exp twice", with_text_claims(R"(,"exp":9999999999)")},
        {"expired", with_claims({{"exp", exp}})},
        {"exp missing", with_claims({{"exp", nullptr}})},
        {"exp text", with_claims({{"exp", std::to_string(exp + 300)}})},
        {"exp with a point", with_claims({{"exp", static_cast<double>(exp) + 300.5}})},
        {"exp negative", with_claims({{"exp", -1}})},
        {"exp too far away", with_claims({{"exp", exp + 86401}})},
        {"exp beyond all time", with_claims({{"exp", INT64_MAX}})},
        {"exp beyond all numbers", with_claims({{"exp", UINT64_MAX}})},
        {"iat missing", with_claims({{"iat", nullptr}})},
        {"iat text", with_claims({{"iat", "1"}})},
        {"iat to come", with_claims({{"iat", exp + 31}})},
        {"nbf to come", with_claims({{"nbf", exp + 31}})},
        {"nbf text", with_claims({{"nbf", "1"}})},
        {"iss other", with_claims({{"iss", "evil"}})},
        {"iss missing", with_claims({{"iss", nullptr}})},
        {"aud other", with_claims({{"aud", "evil"}})},
        {"aud missing", with_claims({{"aud", nullptr}})},
        {"aud a list", with_claims({{"aud", {"quittance"}}})},
        {"role unknown", with_claims({{"role", "root"}})},
        {"role missing", with_claims({{"role", nullptr}})},
        {"role empty", with_claims({{"role", ""}})},
        {"role in capitals", with_claims({{"role", "Admin"}})},
        {"role a list", with_claims({{"role", {"admin"}}})},
        {"role ends with a NUL", with_claims({{"role", std::string{"admin\0", 6}}})},
        {"two roles", with_claims({{"role", "admin seller"}})},
        {"anyone is no role", with_claims({{"role", "anyone"}})},
        {"sub missing", with_claims({{"sub", nullptr}})},
        {"sub empty", with_claims({{"sub", ""}})},
        {"sub with a line break", with_claims({{"sub", "usr_1\r\nX-Auth-Role: admin"}})},
        {"jti missing", with_claims({{"jti", nullptr}})},
        {"scope a list", with_claims({{"scope", {"*"}}})},
        {"scope null", with_text_claims(R"(,"scope":null)")},
        {"an object among the claims", with_claims({{"realm_access", {{"roles", "admin"}}}})},
    };
}

TEST(Token, RefusesWhateverIsNotInOrder) {
    ASSERT_TRUE(keys().verify(good(), kNow));
    for (const auto& [what, token] : refused_cases()) {
        const auto read = keys().verify(token, kNow);
        EXPECT_FALSE(read) << what;
        if (!read) {
            EXPECT_EQ(read.error().kind, core::Kind::unauthorized) << what;
        }
    }
}

TEST(Token, TakesWhatIsJustInOrder) {
    const auto at = core::to_unix_s(kNow);
    const Case cases[] = {
        {"one second left", with_claims({{"exp", at + 1}})},
        {"a clock 30 s ahead", with_claims({{"iat", at + 30}})},
        {"begun", with_claims({{"nbf", at}})},
        {"a claim nobody here knows", with_claims({{"name", "Ada"}})},
        {"another order in the header",
         forge(R"({"typ":"JWT","kid":")" + kSigner.kid() + R"(","alg":"ES256"})", good_claims().dump())},
    };
    for (const auto& [what, token] : cases) EXPECT_TRUE(keys().verify(token, kNow)) << what;
}

TEST(Token, AnotherRealmsTokensAreStrange) {
    const auto elsewhere = kSigner.sign(claims(), {"elsewhere", "quittance"});
    EXPECT_FALSE(keys().verify(elsewhere, kNow));
    EXPECT_TRUE(KeySet::parse(jwks({kSigner}), {"elsewhere", "quittance"})->verify(elsewhere, kNow));
}

TEST(Token, KnowsWhoseKeyIsMissing) {
    EXPECT_TRUE(keys().misses_key_of(Signer::make().sign(claims())));
    EXPECT_FALSE(keys().misses_key_of(kSigner.sign(claims())));
    for (const auto* rubbish : {"", "a.b.c", ".."}) EXPECT_FALSE(keys().misses_key_of(rubbish));
    EXPECT_FALSE(keys().misses_key_of(with_header({{"kid", "../x"}})));
}

TEST(Keys, OtherKindsArePassedOverAndNothingIsTakenFromABadOne) {
    const auto good_key = kSigner.public_jwk();
    const auto changed = [&](Value change) {
        auto jwk = good_key;
        jwk.merge_patch(change);
        return jwk;
    };
    const auto set_of = [](std::vector<Value> all) { return KeySet::parse(Value{{"keys", all}}.dump()); };
    EXPECT_EQ(set_of({{{"kty", "RSA"}, {"kid", "r"}}, good_key})->kids(), std::vector{kSigner.kid()});
    const Value bad[] = {
        {{"kty", "RSA"}},
        changed({{"crv", "P-384"}}),
        changed({{"alg", "ES384"}}),
        changed({{"use", "enc"}}),
        changed({{"kid", "../x"}}),
        changed({{"kid", nullptr}}),
        changed({{"x", good_key["y"]}}),  // not on the curve
        changed({{"x", "AA"}}),
        changed({{"y", nullptr}}),
        "text",
    };
    for (const auto& jwk : bad) EXPECT_FALSE(set_of({jwk})) << jwk.dump();
    EXPECT_FALSE(set_of({good_key, good_key})) << "one name, two keys";
    for (const auto* text : {"", "[]", "{}", R"({"keys":[]})", R"({"keys":{}})"})
        EXPECT_FALSE(KeySet::parse(text));
}

TEST(Scopes, ReachAServiceToReadOrToWrite) {
    const http::Caller person{"usr_1", http::Role::admin};
    const auto program = [](std::vector<std::string> scopes) {
        return http::Caller{"prg_1", http::Role::admin, std::move(scopes)};
    };
    EXPECT_TRUE(person.reaches("orders", true));
    EXPECT_TRUE(program({"*"}).reaches("orders", true));
    EXPECT_TRUE(program({"catalog:read", "orders:read"}).reaches("orders", false));
    EXPECT_FALSE(program({"orders:read"}).reaches("orders", true));
    EXPECT_FALSE(program({"orders:write"}).reaches("orders", false));
    EXPECT_FALSE(program({"orders"}).reaches("orders", false));
    EXPECT_FALSE(program({}).reaches("orders", false));
}

TEST(Roles, AnyoneAddsNothingToARole) {
    EXPECT_TRUE(http::kAnyone.is_anyone());
    EXPECT_EQ(http::kAnyone | http::Role::admin, http::Roles{http::Role::admin});
    const auto both = http::Role::seller | http::Role::client;
    EXPECT_TRUE(both.has(http::Role::seller) && both.has(http::Role::client));
    EXPECT_FALSE(both.has(http::Role::admin) || both.has(http::Role::machine) ||
                 both.has(http::Role::service));
    EXPECT_EQ(to_string(http::Role::client | http::Role::admin), "admin client");
}

}  // namespace
}  // namespace security::jwt
