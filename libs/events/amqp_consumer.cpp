#include "events/amqp_consumer.hpp"

#include <algorithm>
#include <set>

#include "core/log.hpp"
#include "events/amqp_sink.hpp"

namespace events {
namespace {

constexpr std::uint16_t kPrefetch = kMaxEvents;
constexpr auto kDeadExchange = "quittance.dead";
// Dead letters are looked at within two weeks, or nobody ever does; of more than so many the oldest go.
constexpr std::int32_t kKeepDeadMs = 14 * 24 * 3600 * 1000;
constexpr std::int32_t kMaxDead = 100'000;
// How long a wait may be, so that a stop is noticed.
constexpr std::chrono::milliseconds kLongestWait{250};

std::string key_of(const TypePattern& pattern) {
    return pattern.text() == "*" ? "#" : pattern.text();
}

}  // namespace

AmqpConsumer::AmqpConsumer(Inbox& inbox, Config config, telemetry::Metrics& metrics)
    : inbox_(inbox), config_(std::move(config)) {
    dead_ = metrics.counter("events_dead_lettered_total",
                            "Messages given back to the broker for the dead-letter queue");
    thread_ = std::thread{[this] { run(); }};
}

void AmqpConsumer::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

void AmqpConsumer::run() {
    const Retries pause{.tries = 0, .first = std::chrono::milliseconds{100}, .most = std::chrono::seconds{5}};
    for (int failures = 0; !stopping_;) {
        try {
            consume_one_by_one();
            proven_ = true;
            failures = 0;
            consume();
        } catch (const std::exception& error) {
            core::log::warn("the broker is away",
                            {{"queue", config_.queue}, {"error", std::string{error.what()}}});
            const auto until = std::chrono::steady_clock::now() + pause.wait(++failures);
            while (!stopping_ && std::chrono::steady_clock::now() < until)
                std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
}

void AmqpConsumer::declare(amqp::Channel& channel) const {
    const auto dead = config_.queue + ".dead";
    channel.declare_exchange(kExchange, "topic");
    channel.declare_exchange(kDeadExchange, "direct");
    channel.declare_queue(
        dead, {{"x-queue-type", "quorum"}, {"x-message-ttl", kKeepDeadMs}, {"x-max-length", kMaxDead}});
    channel.bind(dead, kDeadExchange, dead);
    channel.declare_queue(config_.queue,
                          {{"x-queue-type", "quorum"},
                           {"x-delivery-limit", config_.delivery_limit},
                           {"x-single-active-consumer", true},
                           {"x-dead-letter-exchange", kDeadExchange},
                           {"x-dead-letter-routing-key", dead},
                           // Dead letters are confirmed by their queue before they leave this one.
                           {"x-dead-letter-strategy", "at-least-once"},
                           {"x-overflow", "reject-publish"}});
    for (const auto& pattern : config_.bindings) channel.bind(config_.queue, kExchange, key_of(pattern));
}

// A message that killed the process comes first again. Taken alone, it takes no other's deliveries with it.
// One that comes again because the connection broke killed nobody.
// Changing over to many at once is a new connection: with a canceled consumer the broker would give the next
// messages to another one while this one still has some.
void AmqpConsumer::consume_one_by_one() {
    held_.clear();
    amqp::Channel channel{config_.address};
    declare(channel);
    core::log::info("consuming", {{"queue", config_.queue}});
    channel.consume(config_.queue, 1);
    for (bool harmless = false; !stopping_ && !(harmless && held_.empty());) {
        if (const auto delivery = channel.next(std::min(until_next_due(), kLongestWait))) {
            harmless = !delivery->redelivered || proven_;
            block_keys(channel, *delivery);
        }
        work(channel);
    }
}

void AmqpConsumer::consume() {
    held_.clear();
    if (stopping_) return;
    amqp::Channel channel{config_.address};
    channel.consume(config_.queue, kPrefetch);
    while (!stopping_) {
        receive(channel, std::min(until_next_due(), kLongestWait));
        work(channel);
    }
}

// Waits for one, and takes with it what else is there.
void AmqpConsumer::receive(amqp::Channel& channel, std::chrono::milliseconds wait) {
    for (std::size_t i = 0; i < kMaxEvents; ++i) {
        const auto delivery = channel.next(i == 0 ? wait : std::chrono::milliseconds{0});
        if (!delivery) return;
        block_keys(channel, *delivery);
    }
}

void AmqpConsumer::block_keys(amqp::Channel& channel, const amqp::Delivery& delivery) {
    auto event = event_from_json(delivery.body);
    if (event) {
        held_.push_back({delivery.tag, *std::move(event)});
    } else {
        core::log::error("a message is no event",
                         {{"queue", config_.queue}, {"reason", event.error().detail}});
        channel.reject(delivery.tag);
        dead_(1);
    }
}

// Those whose time has come and that stand behind none of their subject whose time has not.
std::vector<std::list<AmqpConsumer::Held>::iterator> AmqpConsumer::due() {
    const auto clock = std::chrono::steady_clock::now();
    std::vector<std::list<Held>::iterator> ready;
    if (clock < rest_until_) return ready;
    std::set<std::string_view> blocked;
    for (auto held = held_.begin(); held != held_.end() && ready.size() < kMaxEvents; ++held) {
        if (held->due > clock) blocked.insert(held->event.subject);
        if (!blocked.contains(held->event.subject)) ready.push_back(held);
    }
    return ready;
}

std::chrono::milliseconds AmqpConsumer::until_next_due() const {
    const auto clock = std::chrono::steady_clock::now();
    auto next = core::Monotonic::max();
    for (const auto& held : held_) {
        if (held.due != core::Monotonic{}) next = std::min(next, held.due);
    }
    next = held_.empty() ? next : std::max(next, rest_until_);
    if (next == core::Monotonic::max()) return kLongestWait;
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(next - clock), std::chrono::milliseconds{1});
}

void AmqpConsumer::work(amqp::Channel& channel) {
    const auto ready = due();
    if (ready.empty()) return;
    std::vector<Event> events;
    for (const auto& held : ready) events.push_back(held->event);
    std::vector<Answer> answers;
    try {
        answers = inbox_.take(events);
    } catch (const postgres::Unavailable& error) {
        core::log::error("database unavailable", {{"error", std::string{error.what()}}});
        rest_until_ = std::chrono::steady_clock::now() + kLongestWait;
        return;
    }
    std::set<std::string> failed;
    for (std::size_t i = 0; i < ready.size(); ++i) {
        if (answers[i].verdict == Verdict::failed && !failed.insert(ready[i]->event.subject).second) continue;
        settle(channel, ready[i], answers[i]);
    }
}

void AmqpConsumer::settle(amqp::Channel& channel, std::list<Held>::iterator held, const Answer& answer) {
    if (answer.verdict == Verdict::failed && ++held->tries < config_.retries.max_tries()) {
        held->due = std::chrono::steady_clock::now() + config_.retries.wait(held->tries);
        return;
    }
    if (answer.verdict == Verdict::failed || answer.verdict == Verdict::refused) {
        core::log::error("a message goes to the dead-letter queue",
                         {{"queue", config_.queue}, {"event_id", answer.id}, {"reason", answer.reason}});
        channel.reject(held->tag);
        dead_(1);
    } else {
        channel.ack(held->tag);
    }
    held_.erase(held);
}

namespace {

void read_queue(core::Environment& environment, const std::string& service, AmqpConsumer::Config& config) {
    if (!amqp::is_url(config.address.url))
        environment.fault("AMQP_URL", "must be amqp://user:password@host:port/vhost");
    config.address.ca_file = amqp::read_ca_file(environment);
    config.address.heartbeat = std::chrono::seconds{30};
    config.queue = environment.text({"AMQP_QUEUE", "the queue that is declared and read"}, service);
    for (const auto& text :
         environment.list({"AMQP_BINDINGS", "event types the queue gets: *, order.*, order.paid"})) {
        if (auto pattern = TypePattern::parse(text)) {
            config.bindings.push_back(*std::move(pattern));
        } else {
            environment.fault("AMQP_BINDINGS",
                              "has an event type that is neither *, order.* nor order.paid: " + text);
        }
    }
    constexpr long long kDay = 24LL * 3600 * 1000;
    config.retries.tries = static_cast<int>(environment.number(
        {"AMQP_TRIES", "tries of one message before it goes to <queue>.dead"}, 8, 1, 1000));
    config.retries.first = environment.milliseconds(
        {"AMQP_BACKOFF_INITIAL_MS", "wait before the second try; doubled with each"}, 200, 1, kDay);
    config.retries.most =
        environment.milliseconds({"AMQP_BACKOFF_MAX_MS", "the longest wait between tries"}, 10'000, 1, kDay);
}

}  // namespace

std::optional<AmqpConsumer::Config> read_amqp_consumer(core::Environment& environment,
                                                       const std::string& service) {
    AmqpConsumer::Config config;
    config.address.url = environment.text(
        {"AMQP_URL", "RabbitMQ to be told events by as well: amqp://user:password@host:port/vhost"}, "");
    const bool is_published = !config.address.url.empty();
    environment.when(is_published, "AMQP_URL is set", [&] { read_queue(environment, service, config); });
    if (!is_published) return {};
    return config;
}

}  // namespace events
