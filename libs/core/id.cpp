#include "core/id.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "core/digest.hpp"

namespace core {
namespace {

using Bytes = std::array<unsigned char, 16>;

// Asking OpenSSL once for many ids: each call of its generator costs more than all the rest of an id.
Bytes random_bytes() {
    thread_local std::array<unsigned char, 64 * sizeof(Bytes)> pool;
    thread_local std::size_t used = pool.size();
    if (used == pool.size()) {
        if (RAND_bytes(pool.data(), static_cast<int>(pool.size())) != 1)
            throw std::runtime_error("no randomness");
        used = 0;
    }
    Bytes bytes;
    std::copy_n(pool.begin() + static_cast<std::ptrdiff_t>(used), bytes.size(), bytes.begin());
    used += bytes.size();
    return bytes;
}

}  // namespace

std::string new_uuid7() {
    using namespace std::chrono;
    thread_local std::uint64_t last_ms = 0;
    thread_local std::uint64_t counter = 0;

    auto bytes = random_bytes();

    // RFC 9562, 6.2 method 1: within a millisecond a 12-bit counter keeps the order.
    auto ms = static_cast<std::uint64_t>(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
    if (ms > last_ms) {
        last_ms = ms;
        counter = bytes[6] & 0x03U;
    } else if (++counter > 0xFFF) {
        ++last_ms;
        counter = 0;
    }
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(last_ms >> (8 * (5 - i)));
    bytes[6] = static_cast<unsigned char>(0x70U | (counter >> 8));
    bytes[7] = static_cast<unsigned char>(counter);
    bytes[8] = static_cast<unsigned char>(0x80U | (bytes[8] & 0x3FU));

    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace core
