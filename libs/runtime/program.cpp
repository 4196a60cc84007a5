#include "runtime/program.hpp"

#include <algorithm>
#include <iterator>

#include "core/periodic_task.hpp"
#include "postgres/database_metrics.hpp"
#include "rest/idempotency.hpp"
#include "runtime/event_sinks.hpp"

namespace runtime {

Program::Program(std::string name, core::Environment& environment, telemetry::Metrics& metrics)
    : name_(std::move(name)), environment_(environment), metrics_(metrics) {}

Program::~Program() {
    while (!threads_.empty()) threads_.pop_back();
    while (!parts_.empty()) parts_.pop_back();
}

// ---- settings

void Program::read_database(long long default_connections) {
    use_database(database_config(environment_, default_connections));
}

void Program::read_events() {
    use_events(read_event_config(environment_, name_));
}

void Program::read_events(std::span<const std::string_view> public_types) {
    read_events();
    subscriptions_config_ = webhooks::Subscriptions::read(environment_, name_, public_types);
}

// ---- parts

postgres::Database& Program::database() {
    if (database_ == nullptr) {
        database_ = &make<postgres::Database>(database_config_.value());
        postgres::watch_database(*database_, metrics_);
    }
    return *database_;
}

events::Events& Program::events() {
    if (events_ == nullptr) {
        if (subscriptions_config_)
            subscriptions_ = &make<webhooks::Subscriptions>(database(), *subscriptions_config_);
        events_ = &make<events::Events>(database(), events_config_.value(), metrics_);
        if (subscriptions_ != nullptr) events_->add_source(*subscriptions_);
    }
    return *events_;
}

bool Program::publishes(std::string_view type) const {
    return events_config_ && std::ranges::any_of(events_config_->destinations,
                                                 [&](const auto& one) { return one->wants(type); });
}

// ---- what it does

void Program::routes(std::vector<http::Route> routes) {
    std::ranges::move(routes, std::back_inserter(routes_));
}

void Program::every(std::chrono::milliseconds pause, std::string what, std::function<void()> work) {
    task([pause, what = std::move(what), work = std::move(work)] {
        return core::run_periodically(pause, what, [work](const std::stop_token&) { work(); });
    });
}

void Program::hourly(std::string what, std::function<void()> work) {
    every(std::chrono::hours{1}, std::move(what), std::move(work));
}

void Program::delete_expired_idempotency_keys_hourly() {
    task([&db = database()] { return rest::delete_expired_idempotency_keys_hourly(db); });
}

std::vector<http::Route> Program::all_routes() {
    std::vector<http::Route> all;
    if (subscriptions_ != nullptr) subscriptions_->add_routes(all);
    if (events_ != nullptr) events_->add_routes(all);
    std::ranges::move(routes_, std::back_inserter(all));
    return all;
}

App Program::start() {
    if (events_config_) events();
    if (subscriptions_ != nullptr) task([this] { return subscriptions_->forget_old_attempts_hourly(); });
    App app{.routes = all_routes(),
            .body_bytes = body_bytes_,
            .ready = [self = shared_from_this()] { return self->ready(); },
            .stop = [self = shared_from_this()] { self->stop(); },
            .jwks = jwks_};
    if (events_ != nullptr) events_->start();
    for (const auto& start : tasks_) threads_.push_back(start());
    return app;
}

bool Program::ready() {
    return (database_ == nullptr || database_->reachable()) && ready_();
}

void Program::stop() {
    for (const auto& stop : stops_) stop();
}

int serve(int argc, char** argv, const std::string& name, std::string_view openapi,
          const std::function<void(Program&)>& state) {
    return serve(argc, argv, name, openapi, [&](core::Environment& environment, telemetry::Metrics& metrics) {
        const auto program = std::make_shared<Program>(name, environment, metrics);
        state(*program);
        return program->start();
    });
}

}  // namespace runtime
