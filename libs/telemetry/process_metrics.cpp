#include "telemetry/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace telemetry {
namespace {

// man 5 proc: the fields of /proc/self/stat behind the name in parentheses, of which the first is number 3.
std::vector<std::string> read_stat() {
    std::ifstream in{"/proc/self/stat"};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    std::istringstream fields{text.substr(text.rfind(')') + 1)};
    return {std::istream_iterator<std::string>{fields}, {}};
}
double field(const std::vector<std::string>& stat, std::size_t number) {
    return std::stod(stat.at(number - 3));
}

double ticks_per_second() {
    return static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double booted_at_s() {
    std::ifstream in{"/proc/stat"};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("btime ")) return std::stod(line.substr(6));
    }
    return 0;
}

double open_descriptors() {
    const auto all = std::filesystem::directory_iterator{"/proc/self/fd"};
    return static_cast<double>(std::distance(begin(all), end(all)));
}

double max_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void watch_process(Metrics& metrics) {
    metrics.gauge("process_start_time_seconds",
                  "When it started, since 1970")(booted_at_s() + field(read_stat(), 22) / ticks_per_second());
    const auto cpu = metrics.total("process_cpu_seconds_total", "Processor time, user and system");
    const auto resident = metrics.gauge("process_resident_memory_bytes", "Memory that is in RAM");
    const auto virtual_memory = metrics.gauge("process_virtual_memory_bytes", "Address space");
    const auto threads = metrics.gauge("process_threads", "Threads");
    const auto open = metrics.gauge("process_open_fds", "Open file descriptors");
    const auto most = metrics.gauge("process_max_fds", "File descriptors it may have");
    metrics.on_scrape([=] {
        const auto stat = read_stat();
        cpu((field(stat, 14) + field(stat, 15)) / ticks_per_second());
        resident(field(stat, 24) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        virtual_memory(field(stat, 23));
        threads(field(stat, 20));
        open(open_descriptors());
        most(max_descriptors());
    });
}

}  // namespace telemetry
