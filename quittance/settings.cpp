#include "quittance/settings.hpp"

#include <cstdlib>
#include <fstream>

namespace quittance {
namespace {

std::map<std::string, std::string> read(std::ifstream file) {
    std::map<std::string, std::string> values;
    for (std::string line; std::getline(file, line);) {
        if (const auto equals = line.find('='); equals != std::string::npos) {
            values[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return values;
}

}  // namespace

Settings::Settings(std::filesystem::path folder) {
    for (;; folder = folder.parent_path()) {
        if (std::ifstream file{folder / ".run" / "dev.env"}) {
            of_make_up_ = read(std::move(file));
            return;
        }
        if (folder == folder.parent_path()) return;
    }
}

std::optional<std::string> Settings::find(const std::string& name) const {
    if (const char* value = std::getenv(name.c_str()); value != nullptr && *value != '\0') return value;
    const auto found = of_make_up_.find(name);
    if (found == of_make_up_.end()) return {};
    return found->second;
}

}  // namespace quittance
