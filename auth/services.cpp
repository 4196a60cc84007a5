#include "auth/services.hpp"

namespace auth {

Services::Services(postgres::Database& db, Settings& settings, telemetry::Metrics& metrics)
    : hasher(settings.hasher, metrics),
      keys(db, std::move(settings.keys)),
      login_throttle(std::move(settings.login_throttle)),
      logins(db, hasher, keys, login_throttle, std::move(settings.logins), metrics),
      passwords(db, hasher, login_throttle, settings.passwords),
      people(db, hasher, passwords),
      programs(db, keys, metrics),
      audit(db),
      consumer(hasher, passwords, login_throttle, std::move(settings.seal)),
      pool(static_cast<std::size_t>(hasher.at_once()), settings.max_waiting, metrics, kPasswordQueue) {}

}  // namespace auth
