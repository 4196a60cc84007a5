// Where logs are: a folder of files, or the store. Lines are found in two steps: those that name what is
// looked for, and all lines of the traces these belong to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "quittance/logs/log_line.hpp"

namespace quittance {

struct LogQuery {
    std::string request_id;
    std::string trace_id;
    std::string id;  // of an order or an event
    std::optional<core::Time> since;
};

class LogSource {
public:
    static constexpr std::size_t kMaxTraces = 200;
    static constexpr std::size_t kMaxLines = 20'000;

    virtual ~LogSource() = default;
    // Lines the query names, with all of `traces` besides, in the order of time. Of more than kMaxLines the
    // newest.
    virtual std::vector<LogLine> find(const LogQuery& query, const std::set<std::string>& traces) = 0;
    // Where it looks, for somebody who finds nothing there.
    virtual std::string describe() const = 0;
};

// `where`: a folder with a folder of svlogd's files for each process, or postgresql://….
std::unique_ptr<LogSource> open_log_source(const std::string& where);

struct LogStory {
    std::vector<LogLine> lines;
    bool has_more_traces = false;  // older ones that were not followed
    bool may_have_more_lines = false;
};
LogStory find_story(LogSource& source, const LogQuery& query);

}  // namespace quittance
