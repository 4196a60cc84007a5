#include "events/amqp_sink.hpp"

#include <algorithm>
#include <set>

#include "core/log.hpp"

namespace events {

// Events that are published together: no two of one subject, so that none overtakes one that fails.
struct AmqpSink::Wave {
    std::span<const Event> events;
    std::vector<const Event*> published = {};  // by tag, from `first_tag` on
    std::vector<std::optional<Outcome>> outcomes = {};
    std::uint64_t first_tag = 0;
    std::size_t open = 0;
};

namespace {

// How many from the front have subjects of their own.
std::size_t length_of_wave(std::span<const Event> events, const std::set<std::string_view>& held) {
    std::set<std::string_view> subjects;
    std::size_t length = 0;
    while (length < events.size() &&
           (held.contains(events[length].subject) || subjects.insert(events[length].subject).second)) {
        ++length;
    }
    return length;
}

}  // namespace

std::vector<Outcome> AmqpSink::deliver(std::span<const Event> events) {
    std::vector<Outcome> outcomes;
    std::set<std::string_view> held;
    try {
        if (!channel_) connect();
        while (outcomes.size() < events.size()) {
            const auto rest = events.subspan(outcomes.size());
            const auto part = rest.first(length_of_wave(rest, held));
            Wave wave{part};
            wave.outcomes.resize(part.size());
            for (std::size_t i = 0; i < part.size(); ++i) {
                if (held.contains(part[i].subject))
                    wave.outcomes[i] = Outcome::failed("waits for an earlier event of its subject");
            }
            try {
                publish(wave);
            } catch (const amqp::Error&) {
                // What was confirmed before is delivered, and nothing more is known of the rest.
                for (auto& outcome : wave.outcomes)
                    outcomes.push_back(outcome.value_or(Outcome::unavailable("the broker is away")));
                throw;
            }
            for (std::size_t i = 0; i < part.size(); ++i) {
                if (wave.outcomes[i]->kind == Outcome::Kind::failed) held.insert(part[i].subject);
                outcomes.push_back(*std::move(wave.outcomes[i]));
            }
        }
    } catch (const amqp::Error& error) {
        core::log::warn("the broker is away", {{"error", std::string{error.what()}}});
        channel_.reset();
    }
    outcomes.resize(events.size(), Outcome::unavailable("the broker is away"));
    return outcomes;
}

void AmqpSink::connect() {
    auto channel = std::make_unique<amqp::Channel>(address_);
    channel->declare_exchange(kExchange, "topic");
    channel->use_confirms();
    channel_ = std::move(channel);
}

void AmqpSink::publish(Wave& wave) {
    // The broker's words are read while ours are written, or both sides might wait with full buffers.
    constexpr std::size_t kReadEvery = 50;
    const auto until = std::chrono::steady_clock::now() + deadline_;
    for (std::size_t i = 0; i < wave.events.size(); ++i) {
        if (wave.outcomes[i]) continue;  // held
        const auto& event = wave.events[i];
        const auto tag =
            channel_->publish(kExchange, event.type,
                              {event.id, event.type, std::string{kContentType} + "; charset=utf-8",
                               to_json(event), event.traceparent});
        if (wave.published.empty()) wave.first_tag = tag;
        wave.published.push_back(&event);
        ++wave.open;
        if (wave.published.size() % kReadEvery != 0) continue;
        while (const auto confirm = channel_->next_confirm(std::chrono::milliseconds{0}))
            take_confirm(wave, *confirm);
    }
    while (wave.open > 0) {
        const auto left = until - std::chrono::steady_clock::now();
        if (left <= left.zero()) throw amqp::Error{"the broker does not confirm"};
        const auto confirm = channel_->next_confirm(std::chrono::ceil<std::chrono::milliseconds>(left));
        if (confirm) take_confirm(wave, *confirm);
    }
}

void AmqpSink::take_confirm(Wave& wave, const amqp::Confirm& confirm) {
    const auto set = [&wave](const Event* event, Outcome outcome) {
        auto& known = wave.outcomes[static_cast<std::size_t>(event - wave.events.data())];
        if (known) return false;
        known = std::move(outcome);
        return true;
    };
    if (confirm.kind == amqp::Confirm::Kind::returned) {
        const auto found =
            std::ranges::find(wave.published, confirm.id, [](const Event* event) { return event->id; });
        if (found == wave.published.end()) throw amqp::Error{"a message came back that was not sent"};
        if (set(*found, Outcome::failed("no queue takes it"))) --wave.open;
        return;
    }
    if (confirm.tag < wave.first_tag) return;
    const auto last = static_cast<std::size_t>(confirm.tag - wave.first_tag);
    if (last >= wave.published.size()) throw amqp::Error{"a message was confirmed that was not sent"};
    for (auto i = confirm.multiple ? 0 : last; i <= last; ++i) {
        const bool taken = confirm.kind == amqp::Confirm::Kind::ack;
        if (set(wave.published[i], taken ? Outcome::delivered() : Outcome::failed("the broker refused it")))
            --wave.open;
    }
}

}  // namespace events
