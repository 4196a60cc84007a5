// The thread that asks the catalog to make what was ordered and paid: until it has answered, however long
// that takes.
//
// It works from what the database says is due, so it can be killed at any time, and several may run; the
// catalog gives one answer per order, however often it is asked. Whoever else carries the request one day
// replaces this file.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/config.hpp"
#include "base/http_client.hpp"
#include "base/metrics.hpp"
#include "orders/service.hpp"

namespace orders {

class Production {
public:
    struct Config {
        base::http::Client::Config catalog;
        std::chrono::milliseconds deadline;     // of one request
        std::chrono::milliseconds retry_first;  // doubled with each try
        std::chrono::milliseconds retry_most;
    };
    // Nothing when CATALOG_URL is not set: nothing is made to order then.
    static std::optional<Config> read(base::Environment& environment);

    Production(Service& service, Config config, base::Metrics& metrics);
    ~Production();
    void stop();

private:
    using Requests = std::span<const base::ProductionRequest>;
    void run();
    // Does what is to be done now; whether there was anything.
    bool work();
    void find_forgotten();
    // Asks about these, and postpones what was not answered.
    void ask(Requests requests);
    // The catalog's answers; nothing when it gave none. `heard`: it did say something.
    std::optional<std::vector<base::ProductionAnswer>> exchange(Requests requests, bool& heard);
    void postpone(Requests requests);
    void note_whether_away(bool away);
    bool stopping();

    Service& service_;
    Config config_;
    base::http::Client catalog_;
    std::function<void(double)> taken_;
    std::function<void(double)> nothing_to_make_;
    std::function<void(double)> failed_;
    std::optional<std::string> look_after_ = "";  // orders with greater ids are still to be looked at
    base::Monotonic look_again_at_ = {};
    bool away_ = false;
    std::mutex mutex_;
    std::condition_variable stop_now_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace orders
