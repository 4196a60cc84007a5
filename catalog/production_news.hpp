// The thread that tells `orders` how far its work orders are: until it has answered, however long that takes.
//
// It works from what the database says is untold, and tells totals, so it can be killed at any time and
// several may run. Whoever else carries the news one day replaces this file.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/config.hpp"
#include "base/http_client.hpp"
#include "catalog/production_service.hpp"

namespace catalog {

class ProductionNews {
public:
    struct Config {
        base::http::Client::Config orders;
        std::chrono::milliseconds every;     // how often to look
        std::chrono::milliseconds deadline;  // of one request
    };
    // Nothing when ORDERS_URL is not set: nobody is told then.
    static std::optional<Config> read(base::Environment& environment);

    ProductionNews(Production& production, Config config);

private:
    void run(const std::stop_token& stop);
    // Whether there may be more to tell at once.
    bool tell();

    Production& production_;
    Config config_;
    base::http::Client orders_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace catalog
