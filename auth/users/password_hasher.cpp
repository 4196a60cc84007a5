#include "auth/users/password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "core/digest.hpp"

namespace auth {

Hasher::Config Hasher::Config::read(core::Environment& environment) {
    Config config;
    config.passes =
        static_cast<unsigned long long>(environment.number({"HASH_PASSES", "of Argon2id"}, 2, 1, 20));
    config.memory_bytes = static_cast<std::size_t>(environment.number(
                              {"HASH_MEMORY_KIB", "memory of one hash, in KiB"}, 19456, 1024, 262144))
                          << 10;
    config.at_once = static_cast<int>(environment.number(
        {"HASH_CONCURRENCY", "passwords hashed at the same time; the others wait"}, 2, 1, 64));
    return config;
}

// Every hash holds its memory while it lasts, so only so many may.
class Hasher::Turn {
public:
    explicit Turn(Hasher& hasher) : hasher_(hasher) {
        hasher_.turns_.acquire();
        hasher_.count_(1);
        const int running = ++hasher_.running_;
        for (int most = hasher_.most_;
             most < running && !hasher_.most_.compare_exchange_weak(most, running);) {
        }
    }
    ~Turn() {
        --hasher_.running_;
        hasher_.turns_.release();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    Hasher& hasher_;
};

Hasher::Hasher(Config config, telemetry::Metrics& metrics)
    : config_(config),
      turns_(config.at_once),
      count_(metrics.counter("password_hashes_total", "Passwords hashed or compared")) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium can't start");
    const auto most = metrics.gauge("password_hash_concurrency_limit", "Since the start");
    metrics.on_scrape([this, most] { most(most_); });
    of_nobody_ = hash(core::random_token());
}

std::string Hasher::hash(std::string_view password) {
    const Turn turn{*this};
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), config_.passes,
                              config_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("no memory to hash a password");
    return text.data();
}

bool Hasher::verify(const std::string& hash, std::string_view password) {
    const Turn turn{*this};
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void Hasher::waste(std::string_view password) {
    verify(of_nobody_, password);
}

bool Hasher::is_outdated(const std::string& hash) const {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), config_.passes, config_.memory_bytes) != 0;
}

}  // namespace auth
