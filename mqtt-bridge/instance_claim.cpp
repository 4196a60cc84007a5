#include "mqtt-bridge/instance_claim.hpp"

#include <tuple>

#include "core/id.hpp"
#include "core/json_reader.hpp"

namespace mqtt_bridge {

InstanceClaim InstanceClaim::make() {
    return {core::new_uuid7(), core::now()};
}

bool InstanceClaim::newer_than(const InstanceClaim& other) const {
    return std::tie(since, instance) > std::tie(other.since, other.instance);
}

std::string claim_topic(const std::string& client_id) {
    return "quittance/bridges/" + client_id;
}

std::string to_json(const InstanceClaim& claim) {
    return core::json::Value{{"instance", claim.instance}, {"since", core::to_rfc3339(claim.since)}}.dump();
}

std::optional<InstanceClaim> claim_from_json(std::string_view text) {
    const auto object = core::json::parse_object(text);
    if (!object) return {};
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*object, "", errors};
    auto instance = reader.text("instance", {1, 64});
    const auto since = core::parse_rfc3339(reader.text("since", {1, 40}));
    if (!errors.empty() || !since) return {};
    return InstanceClaim{std::move(instance), *since};
}

}  // namespace mqtt_bridge
