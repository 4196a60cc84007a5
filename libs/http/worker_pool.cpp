#include "http/worker_pool.hpp"

#include "http/server.hpp"

namespace http {
namespace {

using Metric = WorkerPoolNames::Metric;

std::function<void(double)> gauge(telemetry::Metrics& metrics, const Metric& metric) {
    if (metric.name == nullptr) return [](double) {};
    return metrics.gauge(metric.name, metric.help);
}

std::function<void(double)> counter(telemetry::Metrics& metrics, const Metric& metric) {
    if (metric.name == nullptr) return [](double) {};
    return metrics.counter(metric.name, metric.help);
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics,
                       const WorkerPoolNames& names)
    : max_waiting_(max_waiting), too_many_(names.too_many), count_refused_(counter(metrics, names.refused)) {
    gauge(metrics, names.threads)(static_cast<double>(threads));
    const auto waiting = gauge(metrics, names.waiting);
    const auto busy = gauge(metrics, names.busy);
    metrics.on_scrape([this, waiting, busy] {
        const std::lock_guard lock{mutex_};
        waiting(static_cast<double>(waiting_.size()));
        busy(static_cast<double>(busy_));
    });
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
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

core::Error WorkerPool::too_many() const {
    return {core::Kind::unavailable, too_many_};
}

AsyncHandler WorkerPool::run(Handler handler) {
    return [this, handler = std::move(handler)](Request&& request, Responder respond) {
        // std::function copies, a Responder must not be copied: both live behind one pointer.
        struct Job {
            Request request;
            Responder respond;
        };
        const auto job = std::make_shared<Job>(Job{std::move(request), std::move(respond)});
        std::function<void()> task = [job, &handler] { job->respond(answer(handler, job->request)); };
        if (!offer(task)) job->respond(problem(too_many(), job->request.request_id));
    };
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

void WorkerPool::work() {
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
