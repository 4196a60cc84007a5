// What machines said, as a file of JSON lines: written by `simulate`, read by `check`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "quittance/factory/json_lines.hpp"
#include "quittance/factory/message.hpp"

namespace quittance::factory {

// What there was of each part and material before, in its unit: "part:PN-88" → 12.
using Baseline = std::map<std::string, double>;

class RecordWriter {
public:
    // Adds to the file, if it is there. No name: records nothing.
    explicit RecordWriter(const std::string& file) : lines_(file) {}
    void begin(const Baseline& baseline);
    void said(const Place& place, const Message& message);
    void said(const Place& place, const Stray& stray);

private:
    Lines lines_;
};

struct RecordedMessage {
    std::int64_t boot;
    std::int64_t seq;
    std::string type;
    std::string verdict;
    core::json::Value data;
};

struct Record {
    std::string began_at;  // RFC 3339
    Baseline baseline;     // of when it began
    std::map<std::string, std::map<std::pair<std::int64_t, std::int64_t>, RecordedMessage>> machines;
    std::map<std::string, std::map<std::string, int>> strays;  // machine → verdict → how many
    // Throws std::runtime_error when there is none.
    static Record read(const std::string& file);
};

}  // namespace quittance::factory
