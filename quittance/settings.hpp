// Addresses and secrets: from the environment, else from the .run/dev.env that `make up` writes.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/environment.hpp"

namespace quittance {

// The caller has to say something else.
struct Misuse : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Settings {
public:
    // Looks for .run/dev.env in `folder` and above it.
    explicit Settings(std::filesystem::path folder);
    // Throws Misuse when it is given and can't be read.
    std::optional<std::string> find(const std::string& name) const;
    // Those read here, for --variables.
    static std::vector<core::VariableRules> rules();

private:
    std::map<std::string, std::string> of_make_up_;
};

}  // namespace quittance
