#include "events/messaging.hpp"

#include <algorithm>
#include <iterator>

#include "core/log.hpp"
#include "events/delivery_service.hpp"

namespace events {
namespace {

using http::Request;
using http::Response;

// Those of EVENT_SINKS and, when the service has such, those of a table.
class AllDestinations : public Destinations {
public:
    explicit AllDestinations(std::vector<std::shared_ptr<const Destination>> fixed)
        : fixed_(std::move(fixed)) {}
    void add_source(Destinations& more) { more_.push_back(&more); }

    std::vector<std::shared_ptr<const Destination>> list() override {
        auto all = fixed_;
        for (auto* source : more_) std::ranges::move(source->list(), std::back_inserter(all));
        return all;
    }
    bool knows(const std::string& name) override {
        return std::ranges::any_of(fixed_, [&](const auto& one) { return one->name == name; }) ||
               std::ranges::any_of(more_, [&](auto* source) { return source->knows(name); });
    }

private:
    std::vector<std::shared_ptr<const Destination>> fixed_;
    std::vector<Destinations*> more_;
};

core::Result<Response> take(Inbox& inbox, const std::vector<webhook_signature::Key>& keys,
                            const Request& request) {
    if (!webhook_signature::verify(keys, request, core::now())) {
        return core::Error{core::Kind::unauthorized, "the signature does not fit"};
    }
    const auto events = batch_from_json(request.body);
    if (!events) return events.error();
    return http::json(200, answers_to_json(inbox.take(*events)));
}

Retries read_retries(core::Environment& environment) {
    constexpr long long kDay = 24LL * 3600 * 1000;
    Retries retries;
    retries.tries = static_cast<int>(
        environment.number({"RELAY_MAX_ATTEMPTS", "tries of one event before it is parked"}, 12, 1, 1000));
    retries.first = environment.milliseconds(
        {"RELAY_BACKOFF_INITIAL_MS", "wait before the second try; doubled with each, with jitter"}, 500, 1,
        kDay);
    retries.most = environment.milliseconds({"RELAY_BACKOFF_MAX_MS", "the longest wait between tries"},
                                            15 * 60 * 1000, 1, kDay);
    return retries;
}

}  // namespace

Config Config::read(core::Environment& environment, const std::string& service) {
    Config config;
    config.service = service;
    config.keys = webhook_signature::read_keys(
        environment,
        {"EVENTS_SECRET",
         "whsec_ and 24 to 64 bytes in base64: signs and verifies events between services; several "
         "with commas while it is exchanged"});
    auto& relay = config.relay;
    relay.source = "/" + service;
    relay.poll = environment.milliseconds(
        {"RELAY_POLL_MS", "how often the outbox is looked at when nothing wakes the relay"}, 500, 10, 60'000);
    relay.workers = static_cast<std::size_t>(
        environment.number({"RELAY_WORKERS", "destinations told at the same time"}, 16, 1, 256));
    relay.keep = std::chrono::days{environment.number(
        {"RELAY_KEEP_DAYS", "how long delivered events can be looked at and replayed"}, 7, 1, 3650)};
    relay.keep_inbox = std::chrono::days{
        environment.number({"INBOX_KEEP_DAYS", "how long an event that comes again is known"}, 30, 1, 3650)};
    config.deadline = environment.milliseconds({"EVENTS_DEADLINE_MS", "for a destination's answer to a list"},
                                               10'000, 50, 120'000);
    config.retries = read_retries(environment);
    config.amqp = read_amqp_consumer(environment, service);
    return config;
}

class Events::Impl {
public:
    Impl(postgres::Database& db, Config config, telemetry::Metrics& metrics)
        : db_(db),
          config_(std::move(config)),
          metrics_(metrics),
          destinations_(config_.destinations),
          inbox_(db, metrics),
          deliveries_(db, config_.service) {}

    postgres::Database& db_;
    Config config_;
    telemetry::Metrics& metrics_;
    AllDestinations destinations_;
    Inbox inbox_;
    Deliveries deliveries_;
    std::optional<Relay> relay_;
    std::optional<AmqpConsumer> consumer_;
};

Events::Events(postgres::Database& db, Config config, telemetry::Metrics& metrics)
    : impl_(std::make_unique<Impl>(db, std::move(config), metrics)) {}
Events::~Events() = default;

Inbox& Events::inbox() {
    return impl_->inbox_;
}

void Events::add_source(Destinations& more) {
    impl_->destinations_.add_source(more);
}

void Events::start() {
    auto relay = impl_->config_.relay;
    relay.source = "/" + impl_->config_.service;
    impl_->relay_.emplace(impl_->db_, std::move(relay), impl_->destinations_, impl_->metrics_);
    if (impl_->config_.amqp) impl_->consumer_.emplace(impl_->inbox_, *impl_->config_.amqp, impl_->metrics_);
}

void Events::wake() {
    if (impl_->relay_) impl_->relay_->wake();
}

void Events::add_routes(std::vector<http::Route>& routes) {
    std::ranges::move(delivery_routes(impl_->deliveries_, impl_->config_.service),
                      std::back_inserter(routes));
    if (impl_->inbox_.empty()) return;
    routes.push_back({http::Method::post, "/internal/v1/events", http::Role::service,
                      [impl = impl_.get()](const Request& request) {
                          return take(impl->inbox_, impl->config_.keys, request);
                      }});
}

void Events::stop() {
    if (impl_->consumer_) impl_->consumer_->stop();
    if (impl_->relay_) impl_->relay_->stop();
}

}  // namespace events
