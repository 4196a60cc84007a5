#include "events/relay.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <set>
#include <thread>

#include "core/log.hpp"
#include "events/delivery_workers.hpp"
#include "events/outbox_store.hpp"
#include "postgres/database_metrics.hpp"

namespace events {
namespace {

constexpr int kRouteAtOnce = 1000;
constexpr std::chrono::minutes kCleanUpEvery{10};
constexpr std::chrono::minutes kCleanUpAgain{1};       // after something went wrong
constexpr std::chrono::milliseconds kCleanUpFor{500};  // between two looks at what is to be delivered

constexpr auto kTryLead = "SELECT pg_try_advisory_lock(7214386303)";
// A leader whose machine is gone is noticed within half a minute, and its lock with it.
constexpr auto kNoticeDeath =
    "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', "
    "false), "
    "set_config('tcp_keepalives_count', '3', false)";

postgres::Database::Config own_pool(postgres::Database::Config config) {
    config.connections = 3;  // beside the service's own, so that neither waits for the other
    config.statement_timeout = std::chrono::seconds{20};
    return config;
}

}  // namespace

class Relay::Impl {
public:
    Impl(postgres::Database& told, RelayConfig config, Destinations& all, telemetry::Metrics& metrics)
        : outbox_(told),
          config_(std::move(config)),
          all_(all),
          db_(own_pool(told.config())),
          workers_(db_, config_, metrics),
          outside_workers_(db_, config_, metrics) {
        outbox_.on_announced([this] { wake(); });
        watch(metrics);
        thread_ = std::thread{[this] { run(); }};
    }

    ~Impl() { stop(); }

    void wake() {
        {
            const std::lock_guard lock{mutex_};
            woken_ = true;
        }
        wake_.notify_one();
    }

    void stop() {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable()) thread_.join();
        for (auto* workers : both_) workers->stop();
    }

private:
    void run() {
        std::unique_lock lock{mutex_};
        while (!stopping_) {
            woken_ = false;
            lock.unlock();
            const bool more = try_round();
            lock.lock();
            if (!more) wake_.wait_for(lock, config_.poll, [this] { return stopping_ || woken_; });
        }
    }

    bool try_round() {
        try {
            return lead() && round();
        } catch (const std::exception& error) {
            core::log::warn("the relay waits", {{"error", std::string{error.what()}}});
            for (auto* workers : both_) workers->pause();
            leading_ = false;
            own_.reset();  // and the lock goes with it
            return false;
        }
    }

    // Whether this is the one that relays, now.
    bool lead() {
        if (leading_) return true;
        if (!own_) {
            own_ = outbox_.connect_alone();
            own_->single([](postgres::Transaction& tx) { tx.exec(kNoticeDeath); });
        }
        own_->single([&](postgres::Transaction& tx) { leading_ = tx.exec(kTryLead)[0][0].as<bool>(); });
        if (!leading_) return false;
        for (auto* workers : both_) workers->resume();
        core::log::info("this process relays events");
        return true;
    }

    // What is routed is routed on the connection that holds the lock.
    template <class F>
    auto on_own(postgres::Mode mode, F run) {
        std::optional<std::invoke_result_t<F, postgres::Transaction&>> value;
        own_->run(mode, [&](postgres::Transaction& tx) {
            value = run(tx);
            return true;
        });
        return *std::move(value);
    }

    bool round() {
        const auto destinations = all_.list();
        postgres::TextArray names;
        for (const auto& one : destinations) names.add(one->name);
        const auto work = on_own(postgres::Mode::single,
                                 [&](postgres::Transaction& tx) { return store::find_work(tx, names); });
        std::set<std::string> busy{work.destinations.begin(), work.destinations.end()};
        const bool more = work.unrouted && route(destinations, busy);
        for (const auto& one : destinations) {
            if (busy.contains(one->name)) (one->is_outside ? outside_workers_ : workers_).start(one);
        }
        clean_up(destinations);
        return more;
    }

    // True when there is more to route.
    bool route(const std::vector<std::shared_ptr<const Destination>>& destinations,
               std::set<std::string>& busy) {
        return on_own(postgres::Mode::transaction, [&](postgres::Transaction& tx) {
            const auto events = store::list_unrouted(tx, kRouteAtOnce);
            std::vector<store::NewDelivery> deliveries;
            postgres::BigintArray wanted, unwanted;
            for (const auto& event : events) {
                const auto before = deliveries.size();
                for (const auto& one : destinations) {
                    if (one->wants(event.type)) deliveries.push_back({&event, &one->name});
                }
                (deliveries.size() == before ? unwanted : wanted).add(event.seq);
            }
            for (const auto& [event, destination] : deliveries) busy.insert(*destination);
            if (!deliveries.empty()) {
                store::mark_routed(tx, wanted);
                store::insert_deliveries(tx, deliveries);
            }
            store::delete_expired_events(tx, unwanted);
            return events.size() == kRouteAtOnce;
        });
    }

    // What goes wrong here is in nobody's way: it is tried again a while later.
    void clean_up(const std::vector<std::shared_ptr<const Destination>>& destinations) {
        const auto clock = std::chrono::steady_clock::now();
        if (clock < clean_up_at_) return;
        clean_up_at_ = clock + kCleanUpAgain;
        try {
            for (const auto& one : destinations) {
                db_.single([&](postgres::Transaction& tx) { store::unblock_keys(tx, one->name); });
            }
            const auto names = abandoned();
            bool more = true;
            while (more && std::chrono::steady_clock::now() < clock + kCleanUpFor) more = clean_some(names);
            clean_up_at_ = more ? clock : clock + kCleanUpEvery;
        } catch (const std::exception& error) {
            core::log::warn("what is old is not cleaned up", {{"error", std::string{error.what()}}});
        }
    }

    std::vector<std::string> abandoned() {
        auto names = db_.single([](postgres::Transaction& tx) { return store::waited_for(tx); });
        std::erase_if(names, [this](const auto& name) { return all_.knows(name); });
        return names;
    }

    // True when there may be more.
    bool clean_some(const std::vector<std::string>& abandoned) {
        const auto step = [this](auto run) { return db_.transact(run); };
        bool more = step([&](postgres::Transaction& tx) {
            return store::delete_old_deliveries(tx, core::now() - config_.keep);
        });
        more |=
            step([&](postgres::Transaction& tx) { return store::delete_old_inbox(tx, config_.keep_inbox); });
        more |= step([&](postgres::Transaction& tx) { return store::erase_left_data(tx); });
        for (const auto& name : abandoned)
            more |= step([&](postgres::Transaction& tx) { return store::park_abandoned(tx, name); });
        return more;
    }

    void watch(telemetry::Metrics& metrics) {
        postgres::watch_pool(db_, metrics, "relay");
        const auto leads = metrics.gauge("relay_leader", "1 in the process that relays");
        metrics.on_scrape([this, leads] { leads(leading_ ? 1 : 0); });
        metrics.on_refresh([this, &metrics] { measure(metrics); });
    }

    // Each process of a service says the same of its database.
    void measure(telemetry::Metrics& metrics) {
        for (auto& [series, depth] : depths_) depth = {};
        for (const auto& one : db_.single([](postgres::Transaction& tx) { return store::depths(tx); })) {
            auto& depth = depths_[{label_of(one.destination), one.state}];
            depth.count += static_cast<double>(one.count);
            depth.oldest_s = std::max(depth.oldest_s, one.oldest_s);
        }
        for (const auto& [series, depth] : depths_) {
            const telemetry::Metrics::Labels labels{{"destination", series.first}, {"state", series.second}};
            metrics.gauge("outbox_deliveries", "Events told and not delivered", labels)(depth.count);
            metrics.gauge("outbox_deliveries_oldest_seconds", "Age of the oldest", labels)(depth.oldest_s);
        }
    }

    struct Depth {
        double count = 0;
        double oldest_s = 0;
    };
    using Series = std::pair<std::string, std::string>;  // destination, state

    postgres::Database& outbox_;
    RelayConfig config_;
    Destinations& all_;
    postgres::Database db_;
    DeliveryWorkers workers_;
    DeliveryWorkers outside_workers_;
    const std::array<DeliveryWorkers*, 2> both_{&workers_, &outside_workers_};
    std::unique_ptr<postgres::Connection> own_;
    std::atomic<bool> leading_ = false;  // `own_` holds the lock
    core::Monotonic clean_up_at_{};

    std::map<Series, Depth> depths_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

Relay::Relay(postgres::Database& db, RelayConfig config, Destinations& all, telemetry::Metrics& metrics)
    : impl_(std::make_unique<Impl>(db, std::move(config), all, metrics)) {}
Relay::~Relay() = default;

void Relay::wake() {
    impl_->wake();
}
void Relay::stop() {
    impl_->stop();
}

}  // namespace events
