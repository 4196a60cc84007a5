// The thread that tries open events again when they are due, so that nothing waits for a provider's patience.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "payment/service.hpp"

namespace payment {

class Retry {
public:
    explicit Retry(Service& service);
    ~Retry();
    void stop();

private:
    void run();
    Service& service_;
    std::mutex mutex_;
    std::condition_variable stop_now_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace payment
