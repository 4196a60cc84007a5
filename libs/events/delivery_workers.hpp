// The relay's workers: each destination that has something to be delivered is a lane, served by one thread at
// a time and, while others wait for a thread, for one list.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "events/destination.hpp"
#include "events/outbox_store.hpp"
#include "events/relay.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace events {

class DeliveryWorkers {
public:
    DeliveryWorkers(postgres::Database& db, const RelayConfig& config, telemetry::Metrics& metrics);
    ~DeliveryWorkers() { stop(); }

    // There is something for it: it is served until nothing is left, unless it is being left alone.
    void start(const std::shared_ptr<const Destination>& destination);
    // Another process may relay from now on: the lists on their way are the last.
    void pause();
    void resume();
    void stop();

private:
    struct DestinationQueue {
        std::shared_ptr<const Destination> destination;
        bool waiting = false;  // for a thread
        bool served = false;
        bool again = false;  // asked for while served
        core::Monotonic unavailable_until{};
        int times_unavailable = 0;
    };
    using List = std::vector<store::Claimed>;

    void work();
    bool may_go_on() const { return !stopping_ && !paused_; }
    // False when there is nothing left, for now, or the database is away.
    bool try_deliver_next(DestinationQueue& lane);
    // False when there is nothing left, for now.
    bool deliver_next(DestinationQueue& lane);
    List claim(const Destination& destination);
    std::vector<Outcome> publish(const Destination& destination, const List& list);
    void settle(const Destination& destination, const List& list, const std::vector<Outcome>& outcomes);
    static void note(const Destination& destination, const List& list, const std::vector<Outcome>& outcomes,
                     core::Time started);
    void record_unavailable(DestinationQueue& lane, const std::vector<Outcome>& outcomes);
    void count(const Destination& destination, const std::vector<Outcome>& outcomes);

    postgres::Database& db_;
    const RelayConfig& config_;
    telemetry::Metrics& metrics_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, DestinationQueue>
        workers_;  // by destination; never erased, threads hold references
    std::deque<DestinationQueue*> queue_;
    std::size_t idle_ = 0;
    bool paused_ = true;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace events
