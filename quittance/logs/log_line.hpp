// A line of a log: what every service's JSON line has, and what any other program writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace quittance {

struct LogLine {
    core::Time at;
    std::string service;
    std::string instance;
    std::string level;
    std::string message;
    std::string request_id;
    std::string trace_id;
    std::vector<std::string> about;  // ids of orders and events it names
    std::string json;                // all of it, as an object PostgreSQL's jsonb takes
};

// Nothing when the text is no JSON object with a time.
std::optional<LogLine> read_log_line(std::string_view text);

// What the shipper sends (deploy/observability/rsyslog.conf): {"host","file","offset","line"}, the line as it
// stands in the file, in Docker's wrapper where Docker wrote it.
struct ShippedLine {
    std::string host;
    std::string file;
    std::string offset;
    std::string text;
    // Of Docker's wrapper:
    std::optional<core::Time> written_at = {};
    std::string stream = {};
    std::string container = {};
    std::string compose_service = {};
    bool is_whole = true;  // false: Docker has cut it, the next one of the file goes on
};
ShippedLine read_shipped_line(std::string_view envelope, std::string_view host_if_unreadable);
// Any text becomes a line: what is not ours is a message, and what comes from the future is from now.
LogLine to_log_line(const ShippedLine& shipped);

}  // namespace quittance
