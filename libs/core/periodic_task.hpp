// Work that comes round: at once and then every so often, until the thread is asked to stop.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace core {

// What `work` throws is logged as `what` and waits for the next time.
std::jthread run_periodically(std::chrono::milliseconds pause, std::string what,
                              std::function<void(const std::stop_token&)> work);

}  // namespace core
