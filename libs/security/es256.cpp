#include "security/es256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <stdexcept>

namespace security::es256 {
namespace {

constexpr std::size_t kHalf = 32;
constexpr auto kGroup = "prime256v1";

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* held) const { release(held); }
};
template <class T, void (*release)(T*)>
using Held = std::unique_ptr<T, Release<T, release>>;

using Signature = Held<ECDSA_SIG, ECDSA_SIG_free>;
using Number = Held<BIGNUM, BN_free>;
using Digest = Held<EVP_MD_CTX, EVP_MD_CTX_free>;
using Context = Held<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Parameters = Held<OSSL_PARAM, OSSL_PARAM_free>;
using Builder = Held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Key held(EVP_PKEY* key) {
    return {key, EVP_PKEY_free};
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

void demand(bool held_true) {
    if (!held_true) throw std::runtime_error("OpenSSL failed at ES256");
}

bool is_p256(evp_pkey_st& key) {
    char group[32];
    std::size_t size = 0;
    return EVP_PKEY_get_group_name(&key, group, sizeof group, &size) == 1 &&
           std::string_view{group, size} == kGroup;
}

std::string coordinate(evp_pkey_st& key, const char* name) {
    BIGNUM* number = nullptr;
    demand(EVP_PKEY_get_bn_param(&key, name, &number) == 1);
    const Number owned{number};
    std::string text(kHalf, '\0');
    demand(BN_bn2binpad(number, bytes(text), kHalf) == static_cast<int>(kHalf));
    return text;
}

}  // namespace

Key make_key() {
    auto key = held(EVP_EC_gen(kGroup));
    demand(key != nullptr);
    return key;
}

Key read_private(std::string_view pem) {
    const Bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    // No password is asked for at a terminal.
    const auto no_password = [](char*, int, int, void*) { return 0; };
    auto key = held(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr) : nullptr);
    if (!key || !is_p256(*key)) throw std::invalid_argument("this is no private key on P-256");
    return key;
}

std::string write_private(evp_pkey_st& key) {
    const Bio out{BIO_new(BIO_s_mem())};
    demand(out && PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

Point point_of(evp_pkey_st& key) {
    return {coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X), coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)};
}

Key read_public(const Point& point) {
    if (point.x.size() != kHalf || point.y.size() != kHalf) return {};
    const auto uncompressed = '\x04' + point.x + point.y;
    const Builder builder{OSSL_PARAM_BLD_new()};
    demand(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kGroup, 0) &&
           OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, uncompressed.data(),
                                            uncompressed.size()));
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const Context making{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
    EVP_PKEY* made = nullptr;
    demand(parameters && making && EVP_PKEY_fromdata_init(making.get()) == 1);
    if (EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) return {};
    auto key = held(made);
    const Context checking{EVP_PKEY_CTX_new(made, nullptr)};
    if (!checking || EVP_PKEY_public_check(checking.get()) != 1) return {};
    return key;
}

std::string sign(evp_pkey_st& key, std::string_view text) {
    const Digest digest{EVP_MD_CTX_new()};
    demand(digest && EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, &key) == 1);
    std::string der(80, '\0');  // at most 72 for P-256
    auto size = der.size();
    demand(EVP_DigestSign(digest.get(), bytes(der), &size, bytes(text), text.size()) == 1);
    const auto* at = bytes(std::string_view{der});
    const Signature pair{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size))};
    demand(pair != nullptr);
    std::string raw(2 * kHalf, '\0');
    demand(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes(raw), kHalf) > 0 &&
           BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes(raw) + kHalf, kHalf) > 0);
    return raw;
}

bool verify(evp_pkey_st& key, std::string_view text, std::string_view signature) {
    if (signature.size() != 2 * kHalf) return false;
    const Signature pair{ECDSA_SIG_new()};
    Number r{BN_bin2bn(bytes(signature), kHalf, nullptr)};
    Number s{BN_bin2bn(bytes(signature) + kHalf, kHalf, nullptr)};
    demand(pair && r && s && ECDSA_SIG_set0(pair.get(), r.get(), s.get()) == 1);
    (void)r.release();  // the pair owns them now
    (void)s.release();
    unsigned char* der = nullptr;
    const auto size = i2d_ECDSA_SIG(pair.get(), &der);
    demand(size > 0);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned{
        der, [](unsigned char* held_bytes) { OPENSSL_free(held_bytes); }};
    const Digest digest{EVP_MD_CTX_new()};
    demand(digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, &key) == 1);
    return EVP_DigestVerify(digest.get(), der, static_cast<std::size_t>(size), bytes(text), text.size()) == 1;
}

std::string sha256(std::string_view text) {
    std::string digest(32, '\0');
    demand(EVP_Digest(text.data(), text.size(), bytes(digest), nullptr, EVP_sha256(), nullptr) == 1);
    return digest;
}

}  // namespace security::es256
