// Where requests that hash a password wait and run, apart from all others: these are answered meanwhile.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics);
    ~WorkerPool();

    // The handler, run here; 503 with Retry-After when too many wait already.
    http::AsyncHandler run(http::Handler handler);

private:
    using Task = std::function<void()>;
    bool offer(Task& task);
    void work();
    double waiting();

    const std::size_t max_waiting_;
    std::function<void(double)> refused_;
    std::mutex mutex_;
    std::condition_variable available_;
    std::deque<Task> waiting_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace auth
