#include "core/secret.hpp"

#include <openssl/crypto.h>

namespace core {

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool Secret::matches(std::string_view candidate) const {
    return equal_constant_time(value_, candidate);
}

}  // namespace core
