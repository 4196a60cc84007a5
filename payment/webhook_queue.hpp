// The way in: deliveries wait here until a committer takes all that wait as one list.
//
// No timer gathers them: while one list is being committed the next one grows, and a delivery alone waits for
// nobody.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "http/message.hpp"
#include "payment/event_metrics.hpp"
#include "payment/service.hpp"
#include "telemetry/metrics.hpp"

namespace payment {

class WebhookQueue {
public:
    struct Config {
        std::size_t committers = 2;
        std::size_t batch_max = 200;
        std::size_t waiting_bytes = 32 << 20;      // of bodies; above, the answer is 503
        std::chrono::milliseconds deadline{8000};  // for every answer, whatever hangs
    };
    WebhookQueue(Service& service, telemetry::Metrics& metrics, Config config);
    ~WebhookQueue();

    // Takes the delivery and answers later: what became of it, or 503 when there is too much or it took too
    // long.
    void enqueue(Delivery delivery, std::string request_id, http::Responder respond);

    // Somebody posted what the account's provider has not signed.
    void count_forged(const Account& account) { counters_.add(account, {}, "not_genuine"); }

    // Finishes what waits and joins the threads.
    void stop();

private:
    // One request's right to an answer, which the deadline may use up before the committer does.
    class PendingResponse {
    public:
        PendingResponse(std::string request_id, http::Responder respond)
            : request_id_(std::move(request_id)), respond_(std::in_place, std::move(respond)) {}
        void answer(const Settled& settled);
        void answer_unavailable(std::string_view why);

    private:
        void answer_once(http::Response response);
        const std::string request_id_;
        std::mutex mutex_;
        std::optional<http::Responder> respond_;
    };
    struct QueuedDelivery {
        Delivery delivery;
        std::shared_ptr<PendingResponse> ticket;
        core::Monotonic due;
    };
    struct Due {
        core::Monotonic at;
        std::weak_ptr<PendingResponse> ticket;
    };

    void commit_lists();
    std::vector<QueuedDelivery> take_list();
    void settle(std::vector<QueuedDelivery> list);
    void settle_one_by_one(std::vector<QueuedDelivery> list);
    void watch_deadlines();

    Service& service_;
    const Config config_;
    EventCounters counters_;
    std::function<void(double)> observe_batch_;

    std::mutex mutex_;
    std::condition_variable something_waits_;
    std::deque<QueuedDelivery> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> committers_;

    std::mutex due_mutex_;
    std::condition_variable due_changed_;
    std::deque<Due> due_;  // every delivery has the same time, so the first is due first
    bool watching_ = true;
    std::thread watcher_;
};

}  // namespace payment
