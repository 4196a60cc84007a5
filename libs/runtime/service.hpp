// The same in every service: environment → program, the routes nobody writes twice, signals and the drain.
//
// Adds to a service's own routes: GET /livez, /readyz, /metrics, /api/v1/<service>/openapi.json and /docs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/environment.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "security/jwks_client.hpp"
#include "telemetry/metrics.hpp"

namespace runtime {

struct App {
    std::vector<http::Route> routes;
    std::size_t body_bytes = http::Limits{}.body_bytes;  // the largest request body taken
    // Whether requests can be served now; asked every 500 ms, its last answer is what /readyz says.
    std::function<bool()> ready;
    // Called when requests are no longer taken and none is in flight.
    std::function<void()> stop = [] {};
    // The keys of tokens, for the service that has them itself; the others follow JWKS_URL.
    security::JwksClient::Fetch jwks = nullptr;
};

// `build` reads the service's own variables, calls environment.check(), and makes the program.
// Runs until SIGTERM or SIGINT: not ready → DRAIN_MS for the gateway to notice → finish what runs → 0.
// Command line: --variables[=markdown] prints the list of what is read, --healthcheck asks /readyz of the one
// that listens at LISTEN, --version.
int serve(int argc, char** argv, const std::string& name, std::string_view openapi,
          const std::function<App(core::Environment&, telemetry::Metrics&)>& build);

// DATABASE_URL and DATABASE_CONNECTIONS.
postgres::Database::Config database_config(core::Environment& environment, long long default_connections);

}  // namespace runtime
