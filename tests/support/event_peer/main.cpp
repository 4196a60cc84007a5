// A program for tests that tells and is told: events/messaging with nothing else around it.
//
//   POST /internal/v1/changes {"type","subjects":[…],"data":{…},"forget_data"?}: a change and an event for
//   each subject
// A told event is written to `effects`, and to `latest` when it is the newest of its subject, unless its data
// has a "harm": fail, refuse, throw, crash or slow – each until the subject is in the table `cured`. When the
// file PEER_DIE_AFTER names exists, the next list is the last thing it takes: it removes the file, and dies
// after the commit and before the answer.
#include <signal.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "core/json_reader.hpp"
#include "events/messaging.hpp"
#include "rest/json_body.hpp"
#include "runtime/event_sinks.hpp"
#include "runtime/service.hpp"

namespace {

using core::Result;
using events::Event;
using http::Request;
using http::Response;
using postgres::Transaction;

constexpr auto kChange = R"sql(
    INSERT INTO things (subject, version) SELECT subject, 1 FROM unnest($1::text[]) AS s (subject) ORDER BY subject
        ON CONFLICT (subject) DO UPDATE SET version = things.version + 1
    RETURNING subject, version
)sql";
constexpr auto kEffect = R"sql(
    INSERT INTO effects (event_id, subject, version, published_at) VALUES ($1, $2, $3, to_timestamp($4 / 1000000.0))
)sql";
constexpr auto kLatest = R"sql(
    INSERT INTO latest (subject, version) VALUES ($1, $2)
        ON CONFLICT (subject) DO UPDATE SET version = excluded.version
)sql";
constexpr auto kCured = "SELECT EXISTS (SELECT FROM cured WHERE subject = $1)";

Result<Response> change(postgres::Database& db, const Request& request) {
    const auto body = rest::parse_body(request);
    if (!body) return body.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*body, "", errors};
    const auto type = reader.text("type", {1, 100});
    const auto subjects = reader.texts("subjects", 10'000, {1, 100});
    const bool forget_data = reader.boolean("forget_data", false);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto data = body->value("data", core::json::Value::object()).dump();
    postgres::TextArray names;
    for (const auto& subject : subjects) names.add(subject);
    db.transact([&](Transaction& tx) {
        std::vector<events::NewEvent> events;
        for (const auto& row : tx.exec(kChange, names.parameter())) {
            events.push_back({type, row[0].c_str(), row[1].as<std::int64_t>(), data, forget_data});
        }
        events::publish(tx, events, request.trace);
    });
    return http::json(200, "{}");
}

Result<void> do_harm(const std::string& harm, const Event& event) {
    if (harm == "refuse") return core::invalid("data", "will never do");
    if (harm == "throw") throw std::runtime_error("inner words");
    if (harm == "crash") raise(SIGKILL);
    if (harm == "slow") std::this_thread::sleep_for(std::chrono::seconds{2});
    return core::conflict("not now: " + event.subject);
}

Result<void> apply(Transaction& tx, const Event& event) {
    const auto data = core::json::parse_object(event.data);
    if (data && data->contains("harm") && !tx.exec(kCured, event.subject)[0][0].as<bool>()) {
        return do_harm((*data)["harm"].get<std::string>(), event);
    }
    if (events::is_newest(tx, event.type, event)) tx.exec(kLatest, event.subject, event.version);
    tx.exec(kEffect, event.id, event.subject, event.version, core::to_unix_us(event.time));
    return {};
}

// As little as an effect can be, for the bench.
Result<void> apply_only(Transaction& tx, const Event& event) {
    tx.exec(kEffect, event.id, event.subject, event.version, core::to_unix_us(event.time));
    return {};
}

http::Route dying(http::Route route, const std::string& file) {
    auto inner = std::get<http::Handler>(route.handler);
    route.handler = [inner, file](const Request& request) {
        auto answer = inner(request);
        if (!file.empty() && std::filesystem::remove(file)) raise(SIGKILL);
        return answer;
    };
    return route;
}

struct Parts {
    Parts(postgres::Database::Config config, events::Config with, telemetry::Metrics& metrics)
        : db(std::move(config)), events(db, std::move(with), metrics) {
        events.inbox().on("thing.changed", apply);
        for (const auto* type : {"bench.http", "bench.amqp"}) events.inbox().on(type, apply_only);
        events.start();
    }
    postgres::Database db;
    events::Events events;
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    auto database = runtime::database_config(environment, 8);
    auto config =
        runtime::read_event_config(environment, environment.text({"PEER_NAME", "what it is called"}));
    const auto die_after = environment.text({"PEER_DIE_AFTER", "the file that is its end"}, "");
    environment.check();
    const auto parts = std::make_shared<Parts>(std::move(database), std::move(config), metrics);
    runtime::App app{.routes = {},
                     .ready = [parts] { return parts->db.reachable(); },
                     .stop = [parts] { parts->events.stop(); }};
    std::vector<http::Route> routes;
    parts->events.add_routes(routes);
    for (auto& route : routes) {
        const bool takes = route.path == "/internal/v1/events";
        app.routes.push_back(takes ? dying(std::move(route), die_after) : std::move(route));
    }
    app.routes.push_back({http::Method::post, "/internal/v1/changes", http::Role::service,
                          [parts](const Request& request) { return change(parts->db, request); }});
    return app;
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "event_peer", "{}", build);
}
