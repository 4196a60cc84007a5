#include "runtime/event_sinks.hpp"

#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "events/amqp_sink.hpp"
#include "events/http_sink.hpp"
#include "mail/sinks.hpp"
#include "security/service_token.hpp"

namespace runtime {
namespace {

constexpr auto kVariable = "EVENT_SINKS";

using Make = std::function<std::shared_ptr<events::Sink>(const std::string& url, core::Environment&,
                                                         const SinkSettings&)>;

std::shared_ptr<events::Sink> make_http(const std::string& url, core::Environment& environment,
                                        const SinkSettings& settings) {
    return std::make_shared<events::HttpSink>(
        events::HttpSink::Config{.url = url,
                                 .bearer = security::service_token::read_first(environment),
                                 .keys = settings.keys,
                                 .deadline = settings.deadline});
}

std::shared_ptr<events::Sink> make_mail_folder(const std::string& url, core::Environment& environment,
                                               const SinkSettings&) {
    return mail::make_folder(url, environment);
}

std::shared_ptr<events::Sink> make_mailjet(const std::string& url, core::Environment& environment,
                                           const SinkSettings&) {
    return mail::make_mailjet(url, environment);
}

std::shared_ptr<events::Sink> make_amqp(const std::string& url, core::Environment& environment,
                                        const SinkSettings& settings) {
    if (!events::amqp::is_url(url))
        environment.fault(kVariable, "needs amqp://user:password@host:port/vhost");
    return std::make_shared<events::AmqpSink>(
        events::amqp::Address{.url = url, .ca_file = events::amqp::read_ca_file(environment)},
        settings.deadline);
}

const std::map<std::string, Make, std::less<>>& kinds() {
    static const std::map<std::string, Make, std::less<>> kKinds{
        {"amqp", make_amqp},
        {"amqps", make_amqp},
        {"http", make_http},
        {"https", make_http},
        {"file", make_mail_folder},
        {"mailjet+https", make_mailjet},
        {"mailjet+http", make_mailjet},
    };
    return kKinds;
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in{text};
    for (std::string part; std::getline(in, part, at);) parts.push_back(part);
    return parts;
}

bool is_name(std::string_view text) {
    constexpr auto kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !text.empty() && text.size() <= 50 && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

// For those that are read by `make_…` only.
void list_variables_of_kinds(core::Environment& environment, const SinkSettings& settings) {
    environment.when(false, "EVENT_SINKS has amqp(s)://",
                     [&] { make_amqp("amqp://host", environment, settings); });
    environment.when(false, "EVENT_SINKS has file:// or mailjet+https://",
                     [&] { make_mail_folder("file:///folder", environment, settings); });
    environment.when(false, "EVENT_SINKS has mailjet+https://",
                     [&] { make_mailjet("mailjet+https://host", environment, settings); });
}

// Nothing when there is no telling what is meant. Words of it are not said: the address may hold a password.
std::shared_ptr<const events::Destination> read_one(const std::string& entry, core::Environment& environment,
                                                    const SinkSettings& settings) {
    const auto fault = [&](const std::string& what) { environment.fault(kVariable, what); };
    std::istringstream words{entry};
    std::string name, types, url, more;
    words >> name >> types >> url;
    if (url.empty() || words >> more) {
        fault("needs entries of <name> <type>[,<type>] <url>, separated by ;");
        return {};
    }
    if (!is_name(name)) {
        fault("has a name that is not lower-case letters, digits, _ and -");
        return {};
    }
    auto destination = std::make_shared<events::Destination>();
    destination->name = name;
    destination->retries = settings.retries;
    for (const auto& type : split(types, ',')) {
        if (auto pattern = events::TypePattern::parse(type)) {
            destination->types.push_back(*std::move(pattern));
        } else {
            fault("has an event type that is neither *, order.* nor order.paid: of " + name);
        }
    }
    const auto scheme = url.substr(0, url.find("://"));
    const auto kind = kinds().find(scheme);
    if (kind == kinds().end()) {
        fault("has an address of an unknown kind: " + name);
    } else {
        destination->sink = kind->second(url, environment, settings);
    }
    return destination;
}

}  // namespace

std::vector<std::shared_ptr<const events::Destination>> read_sinks(core::Environment& environment,
                                                                   const SinkSettings& settings) {
    const core::Variable sinks{
        kVariable,
        "who is told which events: <name> <type>[,<type>] <url>, and more after semicolons; "
        "http(s)://, amqp(s)://, and for mails file:// or mailjet+https://"};
    std::vector<std::shared_ptr<const events::Destination>> destinations;
    std::set<std::string> names;
    for (const auto& entry : split(environment.text(sinks, ""), ';')) {
        if (entry.find_first_not_of(" \n\t") == std::string::npos) continue;
        const auto destination = read_one(entry, environment, settings);
        if (!destination) continue;
        if (!names.insert(destination->name).second)
            environment.fault(kVariable, "names a destination twice: " + destination->name);
        destinations.push_back(destination);
    }
    list_variables_of_kinds(environment, settings);
    return destinations;
}

events::Config read_event_config(core::Environment& environment, const std::string& service) {
    auto config = events::Config::read(environment, service);
    config.destinations = read_sinks(
        environment,
        {.service = service, .keys = config.keys, .deadline = config.deadline, .retries = config.retries});
    return config;
}

}  // namespace runtime
