// What a provider is answered, and what becomes of an event after a try: pure decisions, configured per
// account.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "payment/event.hpp"
#include "payment/provider.hpp"

namespace payment {

struct Account {
    std::string name;  // the last segment of its webhook's path
    const Provider* provider;
    std::vector<core::Secret> secrets;
    std::chrono::seconds tolerance{300};
    Answers answers = {};
};

struct RetryRules {
    std::chrono::milliseconds order_grace{300'000};
    std::chrono::milliseconds first{1000};  // doubled with each try
    std::chrono::milliseconds most{300'000};
    std::chrono::milliseconds give_up_after{259'200'000};
};

struct Decision {
    Status status;
    std::chrono::milliseconds retry_in{0};  // when open
};

// `spread` in [0, 1) is the jitter: a delay lies between a half and the whole of its back-off.
Decision decide(const StoredEvent& event, Outcome outcome, core::Time now, const RetryRules& rules,
                double spread);

// The HTTP status for a provider whose event ended like that.
int answer_for(Outcome outcome, Status status, const Answers& answers);

}  // namespace payment
