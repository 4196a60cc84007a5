// Passwords to hashes and back to "yes, that one": Argon2id, a few at a time.
#pragma once

#include <atomic>
#include <functional>
#include <semaphore>
#include <string>
#include <string_view>

#include "core/environment.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

class Hasher {
public:
    struct Config {
        unsigned long long passes = 2;
        std::size_t memory_bytes = 19 << 20;
        int at_once = 2;
        // HASH_PASSES, HASH_MEMORY_KIB, HASH_CONCURRENCY
        static Config read(core::Environment& environment);
    };
    Hasher(Config config, telemetry::Metrics& metrics);

    // Parameters and salt are in it.
    std::string hash(std::string_view password);
    bool verify(const std::string& hash, std::string_view password);
    // Costs what `verify` costs, and is never true: for those who have no password or do not exist.
    void waste(std::string_view password);
    // Made with other parameters than those of today.
    bool is_outdated(const std::string& hash) const;
    int at_once() const { return config_.at_once; }

private:
    class Turn;
    Config config_;
    std::counting_semaphore<64> turns_;
    std::atomic<int> running_ = 0;
    std::atomic<int> most_ = 0;
    std::function<void(double)> count_;
    std::string of_nobody_;
};

}  // namespace auth
