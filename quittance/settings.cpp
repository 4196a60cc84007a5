#include "quittance/settings.hpp"

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

// clang-format off
constexpr struct {
    const char* name;
    const char* about;
    const char* fallback = "of .run/dev.env";
} kVariables[]{
    {"QUITTANCE_URL", "the gateway: http://127.0.0.1:8080"},
    {"QUITTANCE_CLIENT_ID", "a program's id, for a token"},
    {"QUITTANCE_CLIENT_SECRET", "its secret"},
    {"QUITTANCE_TOKEN", "an access token, instead of the two"},
    {"STRIPE_WEBHOOK_SECRET", "signs what `send stripe` sends; of several with commas the first"},
    {"MQTT_URL", "the broker of `simulate factory`: mqtt://host:port or mqtts://host:port"},
    {"MQTT_CA_FILE", "of mqtts://; empty: the system's"},
    {"MQTT_USERNAME", "of all machines that have no password of their own"},
    {"MQTT_PASSWORD", "of that user"},
    {"QUITTANCE_LOGS", "where `logs` looks: a folder, or postgresql://… of the store", "the nearest .run/log"},
    {"<MACHINE>_PASSWORD", "a machine's own, which logs in by its name: PRESS_07_PASSWORD"},
};
// clang-format on

}  // namespace

std::vector<core::VariableRules> Settings::rules() {
    std::vector<core::VariableRules> rules;
    for (const auto& [name, about, fallback] : kVariables)
        rules.push_back({{name, about}, "text", fallback, ""});
    return rules;
}

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
    core::Environment environment;
    auto value = environment.text({name, ""}, "");
    try {
        environment.check();
    } catch (const core::ConfigError& error) {
        throw Misuse{error.what()};
    }
    if (!value.empty()) return value;
    const auto found = of_make_up_.find(name);
    if (found == of_make_up_.end()) return {};
    return found->second;
}

}  // namespace quittance
