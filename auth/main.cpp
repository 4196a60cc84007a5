#include <atomic>
#include <memory>
#include <string_view>
#include <thread>

#include "auth/api.hpp"
#include "auth/settings.hpp"
#include "postgres/database_metrics.hpp"
#include "runtime/service.hpp"

extern const std::string_view kOpenApi;

namespace {

// Everything the service is made of, in the order it is built.
struct Parts {
    Parts(auth::Settings settings, telemetry::Metrics& metrics)
        : db(std::move(settings.database)),
          hasher(settings.hasher, metrics),
          keys(db, std::move(settings.keys)),
          login_throttle(std::move(settings.login_throttle)),
          logins(db, hasher, keys, login_throttle, std::move(settings.logins), metrics),
          passwords(db, hasher, login_throttle, settings.passwords),
          people(db, hasher, passwords),
          programs(db, keys, metrics),
          consumer(hasher, passwords, login_throttle, std::move(settings.seal)),
          events(db, std::move(settings.events), metrics),
          pool(static_cast<std::size_t>(hasher.at_once()), settings.max_waiting, metrics),
          work(auth::run_maintenance(db, passwords, people, programs, std::move(settings.first), made_first)) {}
    postgres::Database db;
    auth::Hasher hasher;
    auth::KeyRing keys;
    auth::LoginThrottle login_throttle;
    auth::Logins logins;
    auth::Passwords passwords;
    auth::UserService people;
    auth::ApiClientService programs;
    auth::AuditLog audit{db};
    auth::EventHandlers consumer;
    events::Events events;
    auth::WorkerPool pool;
    std::atomic<bool> made_first = false;
    std::jthread work;

    auth::Services services() { return {pool, keys, logins, passwords, people, programs, audit, db, events}; }
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    const auto parts = std::make_shared<Parts>(auth::Settings::read(environment), metrics);
    postgres::watch_database(parts->db, metrics);
    parts->consumer.register_handlers(parts->events.inbox());
    auto routes = auth::routes(parts->services());
    parts->events.start();
    return runtime::App{
        .routes = std::move(routes),
        .ready = [parts] { return parts->db.reachable() && parts->keys.has_keys() && parts->made_first; },
        .stop = [parts] { parts->events.stop(); },
        .jwks = [parts] { return parts->keys.jwks(); }};
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "auth", kOpenApi, build);
}
