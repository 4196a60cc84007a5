// A service's program: it states its settings, parts, routes, event handlers and periodic tasks; this
// connects, starts and stops them.
//
//   return runtime::serve(argc, argv, "carts", kOpenApi, [](runtime::Program& program) {
//       program.read_database(8);         // settings first; with check_settings() every fault is reported
//       program.read_events();
//       program.check_settings();
//       auto& service = program.make<carts::Service>(program.database());
//       program.on_events([&](events::Inbox& inbox) { carts::register_handlers(inbox, service); });
//       program.routes(carts::routes(service));
//       program.hourly("expired carts not deleted", [&] { service.delete_expired(); });
//   });
//
// Start: the parts in the order they are made, then the relay and the consumer of events, then the tasks in
// the order they are stated. Stop, when no request is in flight: the parts that have a stop() in the order
// they were made; then the tasks end and the parts are destroyed in reverse order.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/environment.hpp"
#include "events/messaging.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "runtime/service.hpp"
#include "telemetry/metrics.hpp"
#include "webhooks/subscription_service.hpp"

// The service's contract, which add_service() of cmake/modules.cmake embeds.
extern const std::string_view kOpenApi;

namespace runtime {

class Program : public std::enable_shared_from_this<Program> {
public:
    Program(std::string name, core::Environment& environment, telemetry::Metrics& metrics);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // ---- settings, in the order in which --variables lists them

    core::Environment& environment() { return environment_; }
    void read_database(long long default_connections);
    void read_events();
    // And subscriptions, to events of these types.
    void read_events(std::span<const std::string_view> public_types);
    // For a service that reads them itself.
    void use_database(postgres::Database::Config config) { database_config_ = std::move(config); }
    void use_events(events::Config config) { events_config_ = std::move(config); }
    // Throws core::ConfigError with every fault.
    void check_settings() const { environment_.check(); }

    // ---- parts

    telemetry::Metrics& metrics() { return metrics_; }
    // Made by the first call, and watched by metrics.
    postgres::Database& database();
    // Made by the first call, after the subscriptions when there are any.
    events::Events& events();
    // Whether EVENT_SINKS has a destination for events of the type.
    bool publishes(std::string_view type) const;
    // Lives as long as the program, and is destroyed before what was made earlier.
    template <class T, class... Arguments>
    T& make(Arguments&&... arguments) {
        auto part = std::make_shared<T>(std::forward<Arguments>(arguments)...);
        parts_.push_back(part);
        if constexpr (requires { part->stop(); }) stops_.emplace_back([part = part.get()] { part->stop(); });
        return *part;
    }

    // ---- what it does

    // Behind those of subscriptions and events: /orders/subscriptions stands before /orders/:id.
    void routes(std::vector<http::Route> routes);
    void limit_body(std::size_t bytes) { body_bytes_ = bytes; }
    void on_events(const std::function<void(events::Inbox&)>& subscribe) { subscribe(events().inbox()); }
    // At once and then every so often; what `work` throws is logged as `what`.
    void every(std::chrono::milliseconds pause, std::string what, std::function<void()> work);
    void hourly(std::string what, std::function<void()> work);
    // Deletes keys past their life, hourly; for a service that takes Idempotency-Key.
    void delete_expired_idempotency_keys_hourly();
    // A task with a thread of its own, which ends when it is asked to stop.
    void task(std::function<std::jthread()> start) { tasks_.push_back(std::move(start)); }
    // Beside the database, which must be reachable when there is one.
    void ready_when(std::function<bool()> ready) { ready_ = std::move(ready); }
    // See App.
    void serve_own_keys(security::JwksClient::Fetch jwks) { jwks_ = std::move(jwks); }

    // Once, when everything is stated. The App keeps the program.
    App start();

private:
    std::vector<http::Route> all_routes();
    bool ready();
    void stop();

    const std::string name_;
    core::Environment& environment_;
    telemetry::Metrics& metrics_;
    std::optional<postgres::Database::Config> database_config_;
    std::optional<events::Config> events_config_;
    std::optional<webhooks::Subscriptions::Config> subscriptions_config_;
    std::vector<std::shared_ptr<void>> parts_;
    postgres::Database* database_ = nullptr;  // these are among the parts
    webhooks::Subscriptions* subscriptions_ = nullptr;
    events::Events* events_ = nullptr;
    std::vector<http::Route> routes_;
    std::size_t body_bytes_ = http::Limits{}.body_bytes;
    std::function<bool()> ready_ = [] { return true; };
    std::vector<std::function<void()>> stops_;
    security::JwksClient::Fetch jwks_ = nullptr;
    std::vector<std::function<std::jthread()>> tasks_;
    std::vector<std::jthread> threads_;
};

// As the other `serve`, for a service that states its parts.
int serve(int argc, char** argv, const std::string& name, std::string_view openapi,
          const std::function<void(Program&)>& state);

}  // namespace runtime
