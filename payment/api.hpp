// Payment's routes: the webhook on the event loop, the admin's REST on workers.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "payment/service.hpp"
#include "payment/webhook_queue.hpp"

namespace payment {

std::vector<http::Route> routes(const std::vector<Account>& accounts, WebhookQueue& intake, Service& service);

}  // namespace payment
