#include "payment/webhook_queue.hpp"

#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "http/server.hpp"

namespace payment {

// ---- answers

void WebhookQueue::PendingResponse::answer_once(http::Response response) {
    std::optional<http::Responder> respond;
    {
        const std::lock_guard lock{mutex_};
        if (!respond_) return;
        respond.emplace(*std::move(respond_));
        respond_.reset();
    }
    (*respond)(std::move(response));
}

void WebhookQueue::PendingResponse::answer(const Settled& settled) {
    if (settled.answer < 300) {
        std::string body = R"({"event":)";
        core::json::append_text(body, settled.event_id);
        body += R"(,"status":")";
        body += to_string(settled.outcome);
        return answer_once(http::json(settled.answer, body + "\"}"));
    }
    auto response =
        http::problem(settled.answer, "Not applied",
                      std::string{to_string(settled.outcome)} + ": " + settled.detail, request_id_);
    answer_once(std::move(response));
}

void WebhookQueue::PendingResponse::answer_unavailable(std::string_view why) {
    answer_once(http::problem({core::Kind::unavailable, std::string{why}}, request_id_));
}

// ---- taking in

WebhookQueue::WebhookQueue(Service& service, telemetry::Metrics& metrics, Config config)
    : service_(service),
      config_(config),
      counters_(metrics),
      observe_batch_(
          metrics.counter("payment_batches_total", "Lists settled; events over lists is the mean length")),
      watcher_([this] { watch_deadlines(); }) {
    for (std::size_t i = 0; i < config_.committers; ++i) committers_.emplace_back([this] { commit_lists(); });
}

WebhookQueue::~WebhookQueue() {
    stop();
}

void WebhookQueue::enqueue(Delivery delivery, std::string request_id, http::Responder respond) {
    const auto ticket = std::make_shared<PendingResponse>(std::move(request_id), std::move(respond));
    const auto due = std::chrono::steady_clock::now() + config_.deadline;
    const auto bytes = delivery.body.size();
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || waiting_bytes_ + bytes > config_.waiting_bytes) {
            return ticket->answer_unavailable("too much to do, try again");
        }
        waiting_bytes_ += bytes;
        waiting_.push_back({std::move(delivery), ticket, due});
    }
    something_waits_.notify_one();
    const std::lock_guard lock{due_mutex_};
    due_.push_back({due, ticket});
}

std::vector<WebhookQueue::QueuedDelivery> WebhookQueue::take_list() {
    std::unique_lock lock{mutex_};
    something_waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    std::vector<QueuedDelivery> list;
    while (!waiting_.empty() && list.size() < config_.batch_max) {
        waiting_bytes_ -= waiting_.front().delivery.body.size();
        list.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return list;
}

void WebhookQueue::commit_lists() {
    for (auto list = take_list(); !list.empty(); list = take_list()) {
        const auto now = std::chrono::steady_clock::now();
        // A request that waited too long has had its answer; the provider sends it again.
        std::erase_if(list, [now](const QueuedDelivery& one) { return one.due <= now; });
        if (!list.empty()) settle(std::move(list));
    }
}

void WebhookQueue::settle(std::vector<QueuedDelivery> list) {
    std::vector<Delivery> deliveries;
    deliveries.reserve(list.size());
    for (auto& one : list) deliveries.push_back(std::move(one.delivery));
    try {
        const auto settled = service_.deliver(deliveries);
        observe_batch_(1);
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto& one = deliveries[i];
            counters_.add(*one.account, one.event.type, to_string(settled[i].outcome));
            list[i].ticket->answer(settled[i]);
        }
    } catch (const postgres::Unavailable& error) {
        core::log::error("database unavailable",
                         {{"error", std::string{error.what()}}, {"events", list.size()}});
        for (const auto& one : list)
            one.ticket->answer_unavailable("not stored or not settled yet, try again");
    } catch (const std::exception& error) {
        core::log::error("a list failed", {{"error", std::string{error.what()}}, {"events", list.size()}});
        for (std::size_t i = 0; i < list.size(); ++i) list[i].delivery = std::move(deliveries[i]);
        settle_one_by_one(std::move(list));
    }
}

// So that a poisonous member fails alone.
void WebhookQueue::settle_one_by_one(std::vector<QueuedDelivery> list) {
    if (list.size() == 1) return list.front().ticket->answer_unavailable("this event can't be stored");
    for (auto& one : list) {
        std::vector<QueuedDelivery> alone;
        alone.push_back(std::move(one));
        settle(std::move(alone));
    }
}

// ---- deadlines

void WebhookQueue::watch_deadlines() {
    std::unique_lock lock{due_mutex_};
    while (watching_) {
        const auto now = std::chrono::steady_clock::now();
        std::vector<std::shared_ptr<PendingResponse>> late;
        while (!due_.empty() && due_.front().at <= now) {
            if (auto ticket = due_.front().ticket.lock()) late.push_back(std::move(ticket));
            due_.pop_front();
        }
        if (!late.empty()) {
            lock.unlock();
            for (const auto& ticket : late) ticket->answer_unavailable("no answer in time, try again");
            lock.lock();
        }
        due_changed_.wait_for(lock, std::chrono::milliseconds{50});
    }
}

void WebhookQueue::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    something_waits_.notify_all();
    for (auto& thread : committers_) {
        if (thread.joinable()) thread.join();
    }
    {
        const std::lock_guard lock{due_mutex_};
        watching_ = false;
    }
    due_changed_.notify_all();
    if (watcher_.joinable()) watcher_.join();
}

}  // namespace payment
