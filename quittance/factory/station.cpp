#include "quittance/factory/station.hpp"

#include <algorithm>
#include <utility>

namespace quittance::factory {
namespace {

using Json = core::json::Value;

std::string state(const char* word, std::int64_t boot) {
    return core::json::Value{{"state", word}, {"boot", boot}, {"firmware", "simulated"}}.dump();
}

std::string text(const Json& from, const char* name) {
    const auto found = from.find(name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

Station::Station(const Config& config, const Login& login, Machine machine, std::uint64_t seed,
                 Memory& memory, RecordWriter& record, Tally& tally)
    : config_(config),
      machine_(std::move(machine)),
      connection_(config.broker, login, machine_.place().machine, machine_.place().topic()),
      random_(seed),
      memory_(memory),
      record_(record),
      tally_(tally) {
    const auto& remembered = memory.of(name());
    unconfirmed_ = remembered.unconfirmed;
    if (unconfirmed_.size() == 0) repeat_at_ = std::chrono::steady_clock::now() + config_.repeat_after;
    // A kill may have come between remembering and recording.
    for (const auto* message : unconfirmed_.first(unconfirmed_.size()))
        record_.said(machine_.place(), *message);
    for (const auto& [id, job] : remembered.jobs) machine_.take(job);
    boot(std::max(remembered.boot, machine_.boot()) + 1);
}

// ---- what it says

void Station::speak(core::Time now, Machine::Work work) {
    if (happens(random_, config_.odds.reboots)) reboot();
    if (happens(random_, config_.odds.bad)) speak_badly(now);
    auto message = machine_.next(now, work);
    keep(message);
    if (const auto* job = machine_.worked_on()) memory_.works(name(), *job);
    ++tally_.said;
    send(std::move(message), draw_fate(config_.odds, random_));
}

void Station::speak_badly(core::Time now) {
    ++tally_.bad;
    if (happens(random_, 0.3)) {
        auto message = machine_.unsound(now);
        keep(message);
        return send(std::move(message), Fate::sent);
    }
    auto stray = machine_.stray(now);
    record_.said(machine_.place(), stray);
    outgoing_.push_back({std::move(stray.type), std::move(stray.payload)});
}

void Station::speak_out() {
    while (!late_.empty()) {
        put(late_.front().message);
        late_.pop_front();
    }
    if (withheld_) put(*withheld_);
    withheld_.reset();
}

void Station::boot(std::int64_t number) {
    memory_.boots(name(), number);
    machine_.start(number);
    connection_.say_on_connect(state("online", number));
}

void Station::reboot() {
    speak_out();
    boot(machine_.boot() + 1);
    connection_.drop();
    ++tally_.reboots;
}

// Remembered first: what only the record has would be missed for ever.
void Station::keep(const Message& message) {
    memory_.says(name(), message);
    record_.said(machine_.place(), message);
    unconfirmed_.keep(message);
}

void Station::send(Message message, Fate fate) {
    constexpr int kMaxOthers = 3;
    withheld_.reset();
    send_late();
    switch (fate) {
        case Fate::sent: return put(message);
        case Fate::twice:
            ++tally_.twice;
            put(message);
            return put(message);
        case Fate::withheld:
            ++tally_.withheld;
            withheld_ = std::move(message);
            return;
        case Fate::late:
            ++tally_.late;
            late_.push_back({std::move(message), std::uniform_int_distribution{1, kMaxOthers}(random_)});
    }
}

void Station::put(const Message& message) {
    outgoing_.push_back({message.type, message.payload});
}

// Before what is said now: as many others as were to come, came.
void Station::send_late() {
    for (auto at = late_.begin(); at != late_.end();) {
        if (at->after-- > 0) {
            ++at;
            continue;
        }
        put(at->message);
        at = late_.erase(at);
    }
}

// ---- what it hears

void Station::hear(const Connection::Heard& heard, core::Monotonic now) {
    const auto json = Json::parse(heard.payload, false);
    if (!json.is_object()) return;
    try {
        if (heard.topic.ends_with("/ack")) hear_ack(json, now);
        if (heard.topic.ends_with("/cmd/resend")) hear_resend(json);
        if (heard.topic.ends_with("/cmd/produce")) hear_produce(json);
    } catch (const core::json::ValueError&) {
        return;  // not as agreed: a machine goes on
    }
}

void Station::hear_ack(const Json& ack, core::Monotonic now) {
    const auto boot = ack.at("boot").get<std::int64_t>();
    const auto complete_to = ack.at("complete_to").get<std::int64_t>();
    if (unconfirmed_.forget(boot, complete_to) == 0) return;
    memory_.forgets(name(), boot, complete_to);
    repeat_at_ = now + config_.repeat_after;
}

void Station::hear_resend(const Json& command) {
    const auto asked =
        unconfirmed_.find(command.at("boot").get<std::int64_t>(), command.at("from").get<std::int64_t>(),
                          command.at("to").get<std::int64_t>(), unconfirmed_.size());
    tally_.resent += asked.size();
    for (const auto* message : asked) put(*message);
}

void Station::hear_produce(const Json& command) {
    const auto quantity = micro_of(command.at("quantity").get<double>());
    Job job{.id = text(command, "id"),
            .work_order = text(command, "work_order"),
            .part = text(command, "part"),
            .revision = text(command, "rev"),
            .unit = text(command, "unit"),
            .quantity = quantity,
            .left = quantity};
    if (!machine_.take(job)) return;
    memory_.works(name(), job);
    ++tally_.jobs;
}

// ---- its connection

void Station::turn(bool readable, core::Monotonic now) {
    connection_.turn(readable, now);
    for (const auto& heard : connection_.take_heard()) hear(heard, now);
    if (!connection_.is_up()) return;
    repeat(now);
    pump();
}

// What nobody confirms, because it was lost behind the broker's back or was left by an earlier run.
void Station::repeat(core::Monotonic now) {
    constexpr std::size_t kMaxAtOnce = 500;
    if (unconfirmed_.size() == 0) repeat_at_ = now + config_.repeat_after;
    if (now < repeat_at_ || !is_sent()) return;
    const auto oldest = unconfirmed_.first(kMaxAtOnce);
    tally_.repeated += oldest.size();
    for (const auto* message : oldest) put(*message);
    repeat_at_ = now + config_.repeat_after;
}

void Station::pump() {
    const auto topic = machine_.place().topic() + "/evt/";
    while (!outgoing_.empty() && connection_.in_flight() < config_.window) {
        const auto& next = outgoing_.front();
        if (!connection_.publish(topic + next.type, next.payload)) return;
        outgoing_.pop_front();
    }
}

void Station::close() {
    connection_.close(state("offline", machine_.boot()));
}

}  // namespace quittance::factory
