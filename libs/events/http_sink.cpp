#include "events/http_sink.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "telemetry/span.hpp"

namespace events {
namespace {

// The receiver is what is wrong, not the events.
bool is_unavailable(int status) {
    switch (status) {
        case 401:
        case 403:
        case 404:
        case 405:
        case 429:
        case 502:
        case 503:
        case 504: return true;
        default: return false;
    }
}

Outcome outcome_of(const Answer& answer) {
    switch (answer.verdict) {
        case Verdict::failed: return Outcome::failed(answer.reason);
        case Verdict::refused: return Outcome::refused(answer.reason);
        case Verdict::applied:
        case Verdict::already_applied:
        case Verdict::ignored: return Outcome::delivered();
    }
    return Outcome::failed("");
}

http::Client::Config client_config(const std::string& url, const std::string& bearer) {
    http::Client::Config config;
    config.base_url = url;
    config.bearer = bearer;
    return config;
}

void export_call(const telemetry::Trace& trace, std::span<const Event> list, core::Time started,
                 const http::Client::Sent& sent) {
    if (!telemetry::is_exported(trace)) return;
    const std::int64_t status = sent.reply ? sent.reply->status : 0;
    telemetry::Span span{
        .kind = telemetry::Span::Kind::client,
        .name = "tell a list",
        .trace = trace,
        .started = started,
        .attributes = {{"http.request.method", "POST"},
                       {"http.response.status_code", status},
                       {"messaging.batch.message_count", static_cast<std::int64_t>(list.size())}},
        .failed = status != 200};
    for (const auto& event : list) {
        if (auto link = telemetry::Trace::linked(event.traceparent)) span.links.push_back(*std::move(link));
    }
    telemetry::export_span(std::move(span));
}

}  // namespace

// A list on its way, with what is known so far.
struct HttpSink::Telling {
    std::span<const Event> events;
    std::vector<std::optional<Outcome>> outcomes;
    std::set<std::string_view> held;  // subjects an event of which failed
    int failures_in_a_row = 0;        // of single events, for which the receiver had no proper answer
    std::optional<Outcome> away;      // from then on nothing more is sent
    std::size_t suspects = 0;         // in a list the receiver had no proper answer for

    void set(std::size_t index, Outcome outcome) {
        if (outcome.kind == Outcome::Kind::failed) held.insert(events[index].subject);
        outcomes[index] = std::move(outcome);
    }
};

HttpSink::HttpSink(Config config)
    : config_(std::move(config)), client_(client_config(config_.url, config_.bearer)) {}

std::vector<Outcome> HttpSink::deliver(std::span<const Event> events) {
    Telling telling{events, std::vector<std::optional<Outcome>>(events.size()), {}, 0, {}};
    std::vector<std::size_t> all(events.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const auto suspects = std::min(suspects_, all.size());
    const std::span<const std::size_t> indexes{all};
    publish_in_parts(telling, indexes.first(suspects), 1);
    if (!telling.away && suspects < all.size()) publish(telling, indexes.subspan(suspects));
    const auto settled = static_cast<std::size_t>(
        std::ranges::count_if(telling.outcomes, [](const auto& outcome) { return outcome.has_value(); }));
    suspects_ = telling.away ? std::max(suspects - std::min(suspects, settled), telling.suspects) : 0;
    std::vector<Outcome> outcomes;
    for (auto& outcome : telling.outcomes) {
        outcomes.push_back(outcome ? *std::move(outcome) : telling.away.value_or(Outcome::failed("")));
    }
    return outcomes;
}

void HttpSink::publish(Telling& telling, std::span<const std::size_t> indexes) {
    std::vector<Event> list;
    for (const auto i : indexes) list.push_back(telling.events[i]);
    const auto body = batch_to_json(list);
    auto headers = webhook_signature::headers(config_.keys, list.front().id, core::now(), body);
    headers.emplace_back("Content-Type", kBatchContentType);
    // Each event of the list has its own trace in it.
    const auto trace = list.size() == 1 ? telemetry::Trace::continue_from(list.front().traceparent)
                                        : telemetry::Trace::start();
    headers.emplace_back("traceparent", trace.header());
    const auto started = core::now();
    const auto sent = client_.send("", body, headers, config_.deadline);
    export_call(trace, list, started, sent);

    if (!sent.reached) {
        telling.away = Outcome::unavailable("nobody answers at its address");
        return;
    }
    if (sent.reply && is_unavailable(sent.reply->status)) {
        telling.away = Outcome::unavailable("it answered " + std::to_string(sent.reply->status));
        telling.away->retry_after = sent.reply->retry_after;
        return;
    }
    const bool answered = sent.reply && sent.reply->status == 200;
    if (answered && take(telling, indexes, sent.reply->body)) return;
    if (indexes.size() > 1) {
        telling.suspects = indexes.size();
        constexpr std::size_t kMiddle =
            23;  // two steps from 500 to 1: a slow event is waited for three times
        return publish_in_parts(telling, indexes, indexes.size() > kMiddle ? kMiddle : 1);
    }
    constexpr int kMaxInARow = 3;
    const auto reason = !sent.reply ? std::string{"no answer in time"}
                        : answered  ? std::string{"its answer can't be read"}
                                    : "it answered " + std::to_string(sent.reply->status);
    telling.set(indexes.front(), Outcome::failed(reason));
    if (++telling.failures_in_a_row == kMaxInARow) telling.away = Outcome::unavailable(reason);
}

// False when the answer can't be read, or leaves an event out.
bool HttpSink::take(Telling& telling, std::span<const std::size_t> indexes, const std::string& body) {
    const auto answers = answers_from_json(body);
    if (!answers) return false;
    std::unordered_map<std::string_view, const Answer*> by_id;
    for (const auto& answer : *answers) by_id[answer.id] = &answer;
    const auto is_answered = [&](std::size_t i) { return by_id.contains(telling.events[i].id); };
    if (!std::ranges::all_of(indexes, is_answered)) return false;
    for (const auto i : indexes) telling.set(i, outcome_of(*by_id.at(telling.events[i].id)));
    telling.failures_in_a_row = 0;
    return true;
}

void HttpSink::publish_in_parts(Telling& telling, std::span<const std::size_t> indexes,
                                std::size_t part_size) {
    while (!indexes.empty() && !telling.away) {
        std::vector<std::size_t> part;
        while (!indexes.empty() && part.size() < part_size) {
            const auto i = indexes.front();
            indexes = indexes.subspan(1);
            if (telling.held.contains(telling.events[i].subject)) {
                telling.set(i, Outcome::failed("waits for an earlier event of its subject"));
            } else {
                part.push_back(i);
            }
        }
        if (!part.empty()) publish(telling, part);
    }
}

}  // namespace events
