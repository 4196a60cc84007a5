// Answers requests from threads of its own, after a while: what a service's workers do to the engine.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "http/engine.hpp"

namespace testing_http {

class AnswerLater {
public:
    explicit AnswerLater(std::size_t threads);
    ~AnswerLater();  // answers at once whatever still waits

    void after(std::chrono::microseconds delay, http::Responder responder, http::Response response);

private:
    void run();

    using Due = std::pair<http::Responder, http::Response>;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<std::chrono::steady_clock::time_point, Due> due_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace testing_http
