#include "payment/retry_worker.hpp"

#include "core/log.hpp"

namespace payment {

Retry::Retry(Service& service) : service_(service), thread_([this] { run(); }) {}
Retry::~Retry() {
    stop();
}

void Retry::run() {
    constexpr std::chrono::milliseconds kIdle{250};
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        lock.unlock();
        std::size_t tried = 0;
        try {
            tried = service_.retry_due();
        } catch (const std::exception& error) {
            core::log::warn("retries wait", {{"error", std::string{error.what()}}});
        }
        lock.lock();
        if (tried == 0) stop_now_.wait_for(lock, kIdle, [this] { return stopping_; });
    }
}

void Retry::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    stop_now_.notify_all();
    if (thread_.joinable()) thread_.join();
}

}  // namespace payment
