#include "http/worker_pool.hpp"

namespace http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics)
    : max_waiting_(max_waiting),
      count_refused_(
          metrics.counter("http_workers_refused_total", "Requests answered 503 because too many waited")) {
    metrics.gauge("http_workers", "Threads for handlers that may block")(static_cast<double>(threads));
    const auto waiting = metrics.gauge("http_workers_waiting", "Requests that wait for such a thread");
    const auto busy = metrics.gauge("http_workers_busy", "Such threads at work");
    metrics.on_scrape([this, waiting, busy] {
        const std::lock_guard lock{mutex_};
        waiting(static_cast<double>(waiting_.size()));
        busy(static_cast<double>(busy_));
    });
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::offer(std::function<void()>& task) {
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() >= max_waiting_) {
            count_refused_(1);
            return false;
        }
        waiting_.push_back(std::move(task));
    }
    available_.notify_one();
    return true;
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    available_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void WorkerPool::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        available_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        auto task = std::move(waiting_.front());
        waiting_.pop_front();
        ++busy_;
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
        --busy_;
    }
}

}  // namespace http
