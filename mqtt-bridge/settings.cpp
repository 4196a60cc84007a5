#include "mqtt-bridge/settings.hpp"

#include <algorithm>
#include <charconv>

#include "mqtt-bridge/topic_scope.hpp"
#include "security/service_token.hpp"

namespace mqtt_bridge {
namespace {

Broker read_broker(core::Environment& environment) {
    const auto url = environment.text({"MQTT_URL", "the broker: mqtt://host:port or mqtts://host:port"});
    auto broker = parse_broker(url);
    if (!broker && !url.empty())
        environment.fault("MQTT_URL", "must be mqtt://host:port or mqtts://host:port");
    auto read = std::move(broker).value_or(Broker{});
    read.ca_file = environment.text({"MQTT_CA_FILE", "of mqtts://; empty: the system's"}, "");
    read.username = environment.text({"MQTT_USERNAME", "as which the bridge logs in"}, "");
    environment.when(!read.username.empty(), "MQTT_USERNAME is set", [&] {
        read.password = environment.secret({"MQTT_PASSWORD", "of that user"}, 8);
    });
    read.keepalive = std::chrono::seconds{environment.number(
        {"MQTT_KEEPALIVE_S", "seconds without a word after which the broker is asked for one"}, 60, 5, 3600)};
    return read;
}

std::vector<TopicScope> read_scopes(core::Environment& environment) {
    std::vector<TopicScope> scopes;
    for (const auto& text : environment.list(
             {"MQTT_SCOPES", "what this bridge serves: factory/v1 or below it"}, {"factory/v1"})) {
        const auto scope = TopicScope::parse(text);
        if (!scope) {
            environment.fault("MQTT_SCOPES",
                              "has '" + text + "', which is not factory/v1 or below it, without wildcards");
            continue;
        }
        const auto overlaps = [&](const TopicScope& other) { return scope->overlaps(other); };
        if (std::ranges::any_of(scopes, overlaps))
            environment.fault("MQTT_SCOPES", "has '" + text + "' twice");
        scopes.push_back(*scope);
    }
    return scopes;
}

std::string read_client_id(core::Environment& environment) {
    auto id = environment.text(
        {"MQTT_CLIENT_ID", "names the session at the broker; of two with one name the newer stays"},
        "quittance-bridge");
    const auto plain = [](char c) {
        return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '-' || c == '_';
    };
    if (id.size() > 64 || !std::ranges::all_of(id, plain)) {
        environment.fault("MQTT_CLIENT_ID", "must be at most 64 letters, digits, '-' and '_'");
    }
    return id;
}

core::Backoff::Config read_backoff(core::Environment& environment) {
    return {
        environment.milliseconds({"BACKOFF_INITIAL_MS", "wait before what failed is tried again; doubled"},
                                 100, 1, 60'000),
        environment.milliseconds({"BACKOFF_MAX_MS", "the longest wait between tries"}, 10'000, 1, 600'000)};
}

CatalogClient::Config read_catalog(core::Environment& environment, std::chrono::seconds keepalive) {
    CatalogClient::Config config;
    config.client.base_url = environment.text({"CATALOG_URL", "where catalog answers: http://host:port"});
    config.client.bearer = security::service_token::read_first(environment);
    config.deadline = environment.milliseconds(
        {"CATALOG_DEADLINE_MS", "for catalog's answer to a batch; less than the keepalive"}, 10'000, 100,
        600'000);
    // Nothing is said to the broker while catalog is asked; it gives up after 1.5 times the keepalive.
    if (config.deadline >= keepalive)
        environment.fault("CATALOG_DEADLINE_MS", "must be less than MQTT_KEEPALIVE_S");
    return config;
}

}  // namespace

std::optional<Broker> parse_broker(std::string_view url) {
    Broker broker;
    broker.tls = url.starts_with("mqtts://");
    if (!broker.tls && !url.starts_with("mqtt://")) return {};
    broker.port = broker.tls ? 8883 : 1883;
    url.remove_prefix(broker.tls ? 8 : 7);
    if (const auto colon = url.rfind(':'); colon != std::string_view::npos && !url.ends_with(']')) {
        const auto* end = url.data() + url.size();
        const auto [stop, error] = std::from_chars(url.data() + colon + 1, end, broker.port);
        if (error != std::errc{} || stop != end || broker.port == 0) return {};
        url = url.substr(0, colon);
    }
    if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
    if (url.empty() || url.find_first_of("/@ []") != std::string_view::npos) return {};
    broker.host = url;
    return broker;
}

Settings read_settings(core::Environment& environment) {
    const auto broker = read_broker(environment);
    const auto client_id = read_client_id(environment);
    const auto backoff = read_backoff(environment);
    const auto number = [&](const core::Variable& variable, long long fallback, long long most) {
        return environment.number(variable, fallback, 1, most);
    };
    Settings settings{
        .session = {.broker = broker, .client_id = client_id, .filters = {}},
        .publisher = {.broker = broker, .client_id = client_id, .backoff = backoff},
        .catalog = read_catalog(environment, broker.keepalive),
        .commands = {},
        .bridge = {.batch_max = static_cast<std::size_t>(
                       number({"BATCH_MAX", "messages that share one transaction at most"}, 500,
                              contracts::kMaxMachineMessages)),
                   .backoff = backoff},
    };
    settings.session.expiry = std::chrono::seconds{
        number({"MQTT_SESSION_EXPIRY_S", "seconds the broker keeps what comes while the bridge is away"},
               604'800, 0xffff'ffffLL)};
    settings.session.receive_maximum = static_cast<std::uint16_t>(
        number({"MQTT_RECEIVE_MAXIMUM", "messages the broker may send before the first is acknowledged"},
               1000, 65535));
    settings.publisher.acks_every = environment.milliseconds(
        {"ACK_INTERVAL_MS", "how often a machine is told what was committed"}, 200, 1, 60'000);
    settings.commands.every = environment.milliseconds(
        {"COMMAND_POLL_MS", "how often catalog is asked what machines are to be told"}, 500, 10, 60'000);
    for (const auto& scope : read_scopes(environment)) {
        std::ranges::move(scope.filters(), std::back_inserter(settings.session.filters));
        settings.commands.scopes.push_back(scope.prefix());
    }
    return settings;
}

}  // namespace mqtt_bridge
