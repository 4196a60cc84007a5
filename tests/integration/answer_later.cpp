#include "answer_later.hpp"

namespace testing_http {

AnswerLater::AnswerLater(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

AnswerLater::~AnswerLater() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void AnswerLater::after(std::chrono::microseconds delay, http::Responder responder, http::Response response) {
    {
        const std::lock_guard lock{mutex_};
        due_.emplace(std::chrono::steady_clock::now() + delay,
                     Due{std::move(responder), std::move(response)});
    }
    changed_.notify_one();
}

void AnswerLater::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        if (due_.empty()) {
            if (stopping_) return;
            changed_.wait(lock);
            continue;
        }
        const auto at = due_.begin()->first;
        if (!stopping_ && std::chrono::steady_clock::now() < at) {
            changed_.wait_until(lock, at);
            continue;
        }
        auto next = due_.extract(due_.begin());
        lock.unlock();
        next.mapped().first(std::move(next.mapped().second));
        lock.lock();
    }
}

}  // namespace testing_http
