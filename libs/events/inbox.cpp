#include "events/inbox.hpp"

#include <optional>
#include <set>
#include <utility>

#include "core/json.hpp"
#include "core/log.hpp"
#include "core/utf8.hpp"
#include "telemetry/span.hpp"

namespace events {
namespace {

constexpr auto kReceive = R"sql(
    INSERT INTO inbox (source, id, type)
    SELECT source, id, type
      FROM unnest($1::text[], $2::text[], $3::text[]) AS told (source, id, type)
     ORDER BY source, id
        ON CONFLICT DO NOTHING
    RETURNING source, id
)sql";

constexpr auto kNewest = R"sql(
    INSERT INTO event_versions AS known (scope, subject, version)
    VALUES ($1, $2, $3)
        ON CONFLICT (scope, subject) DO UPDATE
       SET version = excluded.version
     WHERE known.version < excluded.version
    RETURNING true
)sql";

constexpr auto kOutdated = R"sql(
    SELECT FROM event_versions WHERE scope = $1 AND subject = $2 AND version > $3
)sql";

using Key = std::pair<std::string, std::string>;  // source, id

// Whether a database error leaves no event any chance, rather than just this one.
bool is_everybodys(const postgres::SqlError& error) {
    const std::string_view state{error.sqlstate};
    return state.starts_with("57P") || state.starts_with("08") || state.starts_with("53") || state == "25006";
}

core::Error internal_error(const Event& event, const std::exception& error) {
    core::log::error("an event can't be handled",
                     {{"event_id", event.id}, {"type", event.type}, {"error", std::string{error.what()}}});
    return {core::Kind::conflict, "could not be handled here; the reason has been logged"};
}

// The handler's refusal, or what it threw as one. Throws on what is not this event's fault.
std::optional<core::Error> run(const Handler& handler, postgres::Transaction& tx, const Event& event) {
    try {
        const auto done = handler(tx, event);
        if (done) return {};
        return done.error();
    } catch (const postgres::Conflict&) {
        throw;  // the transaction is tried again
    } catch (const postgres::SqlError& error) {
        if (is_everybodys(error)) throw;
        return internal_error(event, error);
    } catch (const postgres::BrokenConnection&) {
        throw;
    } catch (const postgres::Unavailable&) {
        throw;
    } catch (const std::exception& error) {
        return internal_error(event, error);
    }
}

bool is_final(const core::Error& error) {
    return error.kind == core::Kind::invalid || error.kind == core::Kind::malformed;
}

std::string reason_of(const core::Error& error) {
    auto reason = error.detail;
    for (const auto& [field, detail] : error.fields) reason += "; " + field + " " + detail;
    return core::printable(reason, kMaxReasonBytes);
}

}  // namespace

// A list while it is being taken in.
struct Inbox::Round {
    std::span<const Event> events;
    std::vector<const Handled*> handled;  // null: ignored
    std::vector<Answer> answers;
    std::vector<bool> out;  // failed, or behind one that did
    std::vector<telemetry::Trace> traces = {};
    std::vector<core::Time> started = {};

    void fail(std::size_t index, const core::Error& error) {
        const auto& failed = events[index];
        const bool final = is_final(error);
        out[index] = true;
        answers[index] = {failed.id, final ? Verdict::refused : Verdict::failed, reason_of(error)};
        if (final) return;  // its sender parks it, and the key continues
        for (auto i = index + 1; i < events.size(); ++i) {
            if (handled[i] == nullptr || out[i] || events[i].subject != failed.subject) continue;
            out[i] = true;
            answers[i] = {events[i].id, Verdict::failed, "waits for " + failed.id};
        }
    }
};

Inbox::Inbox(postgres::Database& db, telemetry::Metrics& metrics)
    : db_(db), metrics_(metrics), others_(counters_of("other")) {}

Inbox::Counters Inbox::counters_of(const std::string& type) {
    Counters counters;
    for (const auto verdict :
         {Verdict::applied, Verdict::already_applied, Verdict::ignored, Verdict::failed, Verdict::refused}) {
        counters[verdict] =
            metrics_.counter("events_consumed_total", "Events told to us by type and what became of them",
                             {{"type", type}, {"outcome", std::string{to_string(verdict)}}});
    }
    return counters;
}

void Inbox::on(std::string type, Handler handler) {
    auto counters = counters_of(type);
    handled_.emplace(std::move(type), Handled{std::move(handler), std::move(counters)});
}

void Inbox::count(const Round& round) const {
    for (std::size_t i = 0; i < round.events.size(); ++i) {
        const auto& counters = round.handled[i] == nullptr ? others_ : round.handled[i]->counters;
        counters.at(round.answers[i].verdict)(1);
    }
}

namespace {

std::set<Key> receive(postgres::Transaction& tx, std::span<const Event> events,
                      const std::vector<std::size_t>& wanted) {
    postgres::TextArray sources, ids, types;
    for (const auto i : wanted) {
        sources.add(events[i].source);
        ids.add(events[i].id);
        types.add(events[i].type);
    }
    std::set<Key> fresh;
    for (const auto& row : tx.exec(kReceive, sources.parameter(), ids.parameter(), types.parameter())) {
        fresh.emplace(row[0].c_str(), row[1].c_str());
    }
    return fresh;
}

std::vector<std::string> subjects_of(std::span<const Event> events, const std::vector<std::size_t>& wanted) {
    std::set<std::string> subjects;
    for (const auto i : wanted) subjects.insert(events[i].subject);
    return {subjects.begin(), subjects.end()};
}

}  // namespace

// One transaction for those of `wanted`; false when one of them failed, which is out from then on.
bool Inbox::apply(Round& round, const std::vector<std::size_t>& wanted) {
    std::size_t current = 0;
    const auto done = db_.transact([&](postgres::Transaction& tx) -> core::Result<void> {
        auto fresh = receive(tx, round.events, wanted);
        lock_(tx, subjects_of(round.events, wanted));
        for (const auto i : wanted) {
            current = i;
            const auto& event = round.events[i];
            const bool is_fresh = fresh.erase({event.source, event.id}) > 0;
            round.answers[i] = {event.id, is_fresh ? Verdict::applied : Verdict::already_applied, {}};
            if (!is_fresh) continue;
            round.started[i] = core::now();
            const core::log::Scope scope{{}, round.traces[i].trace_id};
            const telemetry::TraceScope traced{round.traces[i]};
            if (auto refused = run(round.handled[i]->handler, tx, event)) return *std::move(refused);
        }
        return {};
    });
    if (!done) round.fail(current, done.error());
    return static_cast<bool>(done);
}

// What became of each, in the trace of its publisher; the batch itself is the request's.
void Inbox::note(const Round& round) {
    for (std::size_t i = 0; i < round.events.size(); ++i) {
        const auto& event = round.events[i];
        const auto& [id, verdict, reason] = round.answers[i];
        const bool bad = verdict == Verdict::failed || verdict == Verdict::refused;
        const core::log::Scope scope{{}, round.traces[i].trace_id};
        (bad ? core::log::warn : core::log::info)("event taken", {{"event_id", id},
                                                                  {"type", event.type},
                                                                  {"subject", event.subject},
                                                                  {"outcome", to_string(verdict)},
                                                                  {"reason", reason}});
        if (verdict == Verdict::ignored || !telemetry::is_exported(round.traces[i])) continue;
        telemetry::export_span({.kind = telemetry::Span::Kind::consumer,
                                .name = "process " + event.type,
                                .trace = round.traces[i],
                                .started = round.started[i],
                                .attributes = {{"messaging.message.id", id},
                                               {"messaging.operation.type", "process"},
                                               {"quittance.subject", event.subject},
                                               {"quittance.outcome", std::string{to_string(verdict)}}},
                                .failed = bad});
    }
}

std::vector<Answer> Inbox::take(std::span<const Event> events) {
    Round round{events, {}, {}, std::vector<bool>(events.size())};
    round.started.assign(events.size(), core::now());
    for (const auto& event : events) {
        const auto found = handled_.find(event.type);
        round.handled.push_back(found == handled_.end() ? nullptr : &found->second);
        round.answers.push_back({event.id, Verdict::ignored, {}});
        round.traces.push_back(telemetry::Trace::continue_from(event.traceparent));
    }
    const auto wanted = [&] {
        std::vector<std::size_t> indexes;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (round.handled[i] != nullptr && !round.out[i]) indexes.push_back(i);
        }
        return indexes;
    };
    constexpr int kMaxTogether = 4;  // with more failures than that, one by one is cheaper
    bool done = false;
    for (int tries = 0; tries < kMaxTogether && !done; ++tries) {
        const auto indexes = wanted();
        done = indexes.empty() || apply(round, indexes);
    }
    if (!done) {
        for (const auto i : wanted()) {
            if (!round.out[i]) apply(round, {i});
        }
    }
    count(round);
    note(round);
    return std::move(round.answers);
}

bool is_newest(postgres::Transaction& tx, std::string_view scope, const Event& event) {
    return !tx.exec(kNewest, std::string{scope}, event.subject, event.version).empty();
}

bool is_outdated(postgres::Transaction& tx, std::string_view scope, const Event& event) {
    return !tx.exec(kOutdated, std::string{scope}, event.subject, event.version).empty();
}

}  // namespace events
