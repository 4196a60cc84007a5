#include "quittance/token.hpp"

#include <stdexcept>
#include "core/json.hpp"

#include "core/base64.hpp"
#include "quittance/http.hpp"

namespace quittance {
namespace {

std::string required(const Settings& settings, const std::string& name) {
    if (auto value = settings.find(name)) return *std::move(value);
    throw Misuse{name + " is missing, and so is QUITTANCE_TOKEN (make up writes the first to .run/dev.env)"};
}

}  // namespace

std::string token(const Settings& settings) {
    if (auto given = settings.find("QUITTANCE_TOKEN")) return *std::move(given);
    const auto pair =
        required(settings, "QUITTANCE_CLIENT_ID") + ":" + required(settings, "QUITTANCE_CLIENT_SECRET");
    const auto answer = send({required(settings, "QUITTANCE_URL") + "/api/v1/auth/token",
                              "grant_type=client_credentials",
                              {"Content-Type: application/x-www-form-urlencoded",
                               "Authorization: Basic " + core::to_base64(pair)}});
    if (!answer.ok())
        throw std::runtime_error("no token was given: " +
                                 (answer.status != 0 ? answer.body : answer.failure));
    return core::json::Value::parse(answer.body).at("access_token").text();
}

}  // namespace quittance
