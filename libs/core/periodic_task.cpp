#include "core/periodic_task.hpp"

#include <condition_variable>
#include <mutex>

#include "core/log.hpp"

namespace core {

std::jthread run_periodically(std::chrono::milliseconds pause, std::string what,
                              std::function<void(const std::stop_token&)> work) {
    return std::jthread{[pause, what = std::move(what), work = std::move(work)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock{mutex};
        do {
            try {
                work(stop);
            } catch (const std::exception& error) {
                log::warn(what, {{"error", std::string{error.what()}}});
            }
        } while (!never.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); }));
    }};
}

}  // namespace core
