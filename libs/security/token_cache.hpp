// Tokens that were verified a moment ago, by their SHA-256: most requests of a client bear the one of its
// last.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/clock.hpp"
#include "http/caller.hpp"

namespace security::jwt {

// What it knows holds for one set of keys; `forget` when they change.
class Memory {
public:
    std::optional<http::Caller> find(const std::string& digest, core::Time now) const {
        const std::lock_guard lock{mutex_};
        const auto found = known_.find(digest);
        if (found == known_.end() || found->second.until <= now) return {};
        return found->second.caller;
    }

    // Which keys a verification begins with; `keep` takes its result only while they are still the ones.
    std::uint64_t age() const {
        const std::lock_guard lock{mutex_};
        return age_;
    }
    void keep(const std::string& digest, http::Caller caller, core::Time until, std::uint64_t age) {
        const std::lock_guard lock{mutex_};
        if (age != age_) return;
        if (known_.size() >= kMost)
            known_.clear();  // those still in use come back at the price of one check each
        known_.insert_or_assign(digest, Known{std::move(caller), until});
    }
    void forget() {
        const std::lock_guard lock{mutex_};
        known_.clear();
        ++age_;
    }

private:
    static constexpr std::size_t kMost = 4096;
    struct Known {
        http::Caller caller;
        core::Time until;
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;
    std::uint64_t age_ = 0;
};

}  // namespace security::jwt
