#include "auth/pool.hpp"

namespace auth {

using http::AsyncHandler;
using http::Handler;
using http::Request;
using http::Responder;

WorkerPool::WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics)
    : max_waiting_(max_waiting),
      refused_(metrics.counter("password_queue_refused_total", "Requests refused because too many waited")) {
    const auto gauge = metrics.gauge("password_queue_waiting", "Requests that wait to hash a password");
    metrics.on_scrape([this, gauge] { gauge(waiting()); });
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    available_.notify_all();
}

AsyncHandler WorkerPool::run(Handler handler) {
    return [this, handler = std::move(handler)](Request&& request, Responder respond) {
        // std::function copies, a Responder must not be copied: both live behind one pointer.
        struct Job {
            Request request;
            Responder respond;
        };
        const auto job = std::make_shared<Job>(Job{std::move(request), std::move(respond)});
        Task task = [job, &handler] { job->respond(http::answer(handler, job->request)); };
        if (offer(task)) return;
        refused_(1);
        job->respond(http::problem({core::Kind::unavailable, "too many are logging in, try again"},
                                         job->request.request_id));
    };
}

// False when too many wait already; the task is then untouched.
bool WorkerPool::offer(Task& task) {
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() >= max_waiting_) return false;
        waiting_.push_back(std::move(task));
    }
    available_.notify_one();
    return true;
}

void WorkerPool::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock{mutex_};
            available_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            task = std::move(waiting_.front());
            waiting_.pop_front();
        }
        task();
    }
}

double WorkerPool::waiting() {
    const std::lock_guard lock{mutex_};
    return static_cast<double>(waiting_.size());
}

}  // namespace auth
