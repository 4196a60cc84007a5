// The run of a simulated factory: machines over sites and lines that speak at a rate, for so long or so
// often.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "quittance/factory/connection.hpp"
#include "quittance/factory/faults.hpp"
#include "quittance/factory/machine.hpp"
#include "quittance/factory/record.hpp"

namespace quittance::factory {

struct Plan {
    std::vector<Place> machines;
    std::vector<PartRevision> parts;
    Broker broker;
    std::map<std::string, Login> logins;  // by machine; "" is for machines without one
    double rate = 10;                    // messages a second of all machines together; 0: as fast as possible
    std::optional<std::uint64_t> count;  // neither: until it is interrupted
    std::optional<std::chrono::milliseconds> duration;
    Odds odds;
    std::uint64_t seed = 0;
    int window = 50;
    std::chrono::seconds repeat_after{30};
    std::chrono::seconds wait{60};  // at the end, until catalog has confirmed all; 0: until the broker has it
    std::string record_file;        // empty: none, likewise
    std::string state_file;
    Baseline baseline;
};

// True when everything that was said is confirmed in the end. Ends early, and well, at SIGINT or SIGTERM.
bool simulate(const Plan& plan);

}  // namespace quittance::factory
