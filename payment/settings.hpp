// Payment's own variables.
#pragma once

#include <vector>

#include "core/environment.hpp"
#include "http/client.hpp"
#include "payment/retry_policy.hpp"
#include "payment/service.hpp"
#include "payment/webhook_queue.hpp"

namespace payment {

struct Settings {
    std::vector<Account> accounts;
    http::Client::Config orders;
    Service::Config service;
    WebhookQueue::Config intake;
};
Settings read_settings(core::Environment& environment);

// "mismatch=200,order_unknown=200" over `answers`; nothing when a class is unknown or a status not one a
// provider understands.
std::optional<Answers> parse_answers(const std::vector<std::string>& overrides, Answers answers = {});

}  // namespace payment
