#include "mqtt-bridge/settings.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mqtt_bridge {
namespace {

using Variables = std::map<std::string, std::string>;

const Variables kNeeded{{"MQTT_URL", "mqtt://broker:1884"},
                        {"CATALOG_URL", "http://127.0.0.1:8103"},
                        {"SERVICE_TOKEN", "0123456789abcdef"}};

Settings read(Variables more, std::string* complaint = nullptr) {
    more.insert(kNeeded.begin(), kNeeded.end());
    core::Environment environment{[&](const char* name) {
        const auto found = more.find(name);
        return found == more.end() ? nullptr : found->second.c_str();
    }};
    auto settings = read_settings(environment);
    try {
        environment.check();
    } catch (const core::ConfigError& error) {
        if (complaint == nullptr) throw;
        *complaint = error.what();
    }
    return settings;
}

TEST(BrokerUrl, GivesHostPortAndTls) {
    EXPECT_EQ(parse_broker("mqtt://a.example:1884")->host, "a.example");
    EXPECT_EQ(parse_broker("mqtt://a.example:1884")->port, 1884);
    EXPECT_FALSE(parse_broker("mqtt://a.example:1884")->tls);
    EXPECT_EQ(parse_broker("mqtt://a")->port, 1883);
    EXPECT_EQ(parse_broker("mqtts://a")->port, 8883);
    EXPECT_TRUE(parse_broker("mqtts://a")->tls);
    EXPECT_EQ(parse_broker("mqtt://[::1]:1884")->host, "::1");
    EXPECT_EQ(parse_broker("mqtt://[::1]")->port, 1883);
}

TEST(BrokerUrl, WhatIsNoneIsRefused) {
    for (const auto* url : {"", "a:1883", "http://a", "mqtt://", "mqtt://a:", "mqtt://a:0", "mqtt://a:65536",
                            "mqtt://user:secret@a:1883", "mqtt://a:1883/", "mqtt:///a"}) {
        EXPECT_FALSE(parse_broker(url)) << url;
    }
}

TEST(Settings, ScopesBecomeFiltersAndPrefixes) {
    const auto settings = read({{"MQTT_SCOPES", "factory/v1/lyon, factory/v1/turin/painting"}});
    EXPECT_EQ(settings.session.filters.size(), 4U);
    EXPECT_EQ(settings.session.filters[3], "factory/v1/turin/painting/+/+/state");
    EXPECT_EQ(settings.commands.scopes,
              (std::vector<std::string>{"factory/v1/lyon/", "factory/v1/turin/painting/"}));
}

TEST(Settings, EveryFaultIsInOneMessage) {
    std::string complaint;
    read({{"MQTT_URL", "tcp://a"},
          {"MQTT_SCOPES", "factory/v1/lyon,factory/v1/lyon/pressing,elsewhere"},
          {"MQTT_USERNAME", "bridge"},
          {"MQTT_CLIENT_ID", "a/b"},
          {"CATALOG_DEADLINE_MS", "60000"},
          {"BATCH_MAX", "501"}},
         &complaint);
    for (const auto* part :
         {"MQTT_URL must be", "MQTT_SCOPES has 'factory/v1/lyon/pressing' twice",
          "MQTT_SCOPES has 'elsewhere'", "MQTT_PASSWORD is missing", "MQTT_CLIENT_ID must be",
          "CATALOG_DEADLINE_MS must be less", "BATCH_MAX must be"}) {
        EXPECT_NE(complaint.find(part), std::string::npos) << part << "\n" << complaint;
    }
}

}  // namespace
}  // namespace mqtt_bridge
