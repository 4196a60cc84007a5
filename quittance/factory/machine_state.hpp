// What machines remember over the end of the simulator: their boots, what is not confirmed yet, their jobs.
#pragma once

#include <map>
#include <string>

#include "quittance/factory/json_lines.hpp"
#include "quittance/factory/machine.hpp"
#include "quittance/factory/unconfirmed.hpp"

namespace quittance::factory {

struct Remembered {
    std::int64_t boot = 0;
    Unconfirmed unconfirmed;
    std::map<std::string, Job> jobs;
};

class Memory {
public:
    // Reads what is there and writes it again, without what is no longer needed. No name: remembers nothing.
    explicit Memory(const std::string& file);

    // Of that machine; nothing when it was never here.
    const Remembered& of(const std::string& machine) const;

    // Each is called before the thing happens.
    void boots(const std::string& machine, std::int64_t boot);
    void says(const std::string& machine, const Message& message);
    void forgets(const std::string& machine, std::int64_t boot, std::int64_t complete_to);
    void works(const std::string& machine, const Job& job);

private:
    std::map<std::string, Remembered> machines_;
    Lines lines_;
};

}  // namespace quittance::factory
