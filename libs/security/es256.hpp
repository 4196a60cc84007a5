// ECDSA on P-256 with SHA-256 as JWTs have it (RFC 7518, 3.4), by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace security::es256 {

using Key = std::shared_ptr<evp_pkey_st>;

struct Point {
    std::string x;  // 32 bytes each, big-endian
    std::string y;
};

Key make_key();
// Throws std::invalid_argument when it is no private key on P-256.
Key read_private(std::string_view pem);
std::string write_private(evp_pkey_st& key);  // PKCS #8
Point point_of(evp_pkey_st& key);
// Null when the point is not on the curve.
Key read_public(const Point& point);

// 64 bytes: r and s, not the DER that OpenSSL speaks.
std::string sign(evp_pkey_st& key, std::string_view text);
bool verify(evp_pkey_st& key, std::string_view text, std::string_view signature);

std::string sha256(std::string_view bytes);

}  // namespace security::es256
