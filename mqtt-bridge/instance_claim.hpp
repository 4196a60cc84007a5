// Who serves a client id: a retained message that each bridge publishes, so that the one that is replaced
// finds out. Pure.
//
// Needed because Mosquitto 2.0.11 ends the older of two sessions with one client id without saying why
// (it never sends 0x8E, session taken over), and both would take turns for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace mqtt_bridge {

struct InstanceClaim {
    std::string instance;  // unlike any other's
    core::Time since;      // when it started

    static InstanceClaim make();
    // The newest serves.
    bool newer_than(const InstanceClaim& other) const;
    bool operator==(const InstanceClaim&) const = default;
};

std::string claim_topic(const std::string& client_id);
std::string to_json(const InstanceClaim& claim);  // {"instance","since"}
std::optional<InstanceClaim> claim_from_json(std::string_view text);

}  // namespace mqtt_bridge
