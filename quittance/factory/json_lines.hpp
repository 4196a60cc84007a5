// A file of JSON lines that outlives a kill: each line is with the system before `write` returns.
#pragma once

#include <fstream>
#include <functional>
#include <string>
#include "core/json.hpp"

namespace quittance::factory {

class Lines {
public:
    // Appends; a line that a kill left half written is ended first. No name: writes nothing.
    // Throws std::runtime_error when the file can't be written.
    explicit Lines(std::string file);
    void write(const core::json::Value& line);
    bool is_on() const { return !file_.empty(); }

    // Every whole line of a file, in order; a missing file has none.
    static void read(const std::string& file, const std::function<void(const core::json::Value&)>& each);

private:
    std::string file_;
    std::ofstream out_;
};

}  // namespace quittance::factory
