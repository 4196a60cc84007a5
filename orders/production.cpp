#include "orders/production.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/trace.hpp"

namespace orders {

using base::ProductionAnswer;
using base::ProductionOutcome;

std::optional<Production::Config> Production::read(base::Environment& environment) {
    constexpr long long kHour = 3'600'000;
    Config config;
    config.catalog.base_url = environment.text("CATALOG_URL", "");
    config.deadline = environment.milliseconds("CATALOG_DEADLINE_MS", 3000, 50, 60'000);
    config.retry_first = environment.milliseconds("PRODUCTION_RETRY_FIRST_MS", 500, 10, kHour);
    config.retry_most = environment.milliseconds("PRODUCTION_RETRY_MOST_MS", 60'000, 10, 24 * kHour);
    if (config.catalog.base_url.empty()) return {};
    config.catalog.bearer = environment.secret("SERVICE_TOKEN").reveal();
    return config;
}

Production::Production(Service& service, Config config, base::Metrics& metrics)
    : service_(service), config_(std::move(config)), catalog_(config_.catalog) {
    const auto counter = [&metrics](const char* outcome) {
        return metrics.counter("production_requests_total",
                               "Orders the catalog was asked to make, by what it answered",
                               {{"outcome", outcome}});
    };
    taken_ = counter("taken");
    nothing_to_make_ = counter("nothing_to_make");
    failed_ = counter("failed");
    const auto open = metrics.gauge("production_requests_open", "Orders the catalog has not answered yet");
    const auto oldest = metrics.gauge("production_oldest_open_seconds", "Age of the oldest of them");
    metrics.on_scrape([&service, open, oldest] {
        const auto backlog = service.count_production();
        open(static_cast<double>(backlog.open));
        oldest(backlog.oldest_open_s);
    });
    thread_ = std::thread{[this] { run(); }};
}

Production::~Production() {
    stop();
}

void Production::run() {
    constexpr std::chrono::milliseconds kIdle{250};
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        lock.unlock();
        bool worked = false;
        try {
            worked = work();
        } catch (const std::exception& error) {
            base::log::warn("production waits", {{"error", std::string{error.what()}}});
        }
        lock.lock();
        if (!worked) stop_now_.wait_for(lock, kIdle, [this] { return stopping_; });
    }
}

bool Production::work() {
    if (catalog_.take_recovered()) service_.make_production_due();
    find_forgotten();
    constexpr auto kMost = static_cast<int>(base::kMostProductionRequests);
    const auto lease = config_.deadline + std::chrono::seconds{2};
    const auto requests = service_.claim_production(kMost, lease);
    if (!requests.empty()) ask(requests);
    return !requests.empty() || look_after_.has_value();
}

// Orders that were paid while production was off, or by a program that knew nothing of it.
void Production::find_forgotten() {
    const auto now = std::chrono::steady_clock::now();
    if (!look_after_ && now >= look_again_at_) look_after_ = "";
    if (!look_after_) return;
    look_after_ = service_.find_forgotten_production(*look_after_);
    if (!look_after_) look_again_at_ = now + std::chrono::hours{1};
}

void Production::ask(Requests requests) {
    bool heard = false;
    const auto answers = exchange(requests, heard);
    note_whether_away(!answers);
    if (answers) {
        service_.record_production(*answers);
        return;
    }
    if (heard && requests.size() > 1) {  // one of them may be to blame, and then it fails alone
        for (std::size_t i = 0; i < requests.size() && !stopping(); ++i) ask(requests.subspan(i, 1));
        return;
    }
    postpone(requests);
}

std::optional<std::vector<ProductionAnswer>> Production::exchange(Requests requests, bool& heard) {
    const auto reply =
        catalog_.post("/internal/v1/production-requests", base::production_requests_to_json(requests),
                      base::Trace::continue_from(""), config_.deadline);
    heard = reply.has_value();
    if (!reply || reply->status != 200) return {};
    auto answers = base::production_answers_from_json(reply->body);
    if (!answers || answers->size() != requests.size()) return {};
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if ((*answers)[i].order_id != requests[i].order_id) return {};
    }
    for (const auto& answer : *answers) {
        (answer.outcome == ProductionOutcome::taken ? taken_ : nothing_to_make_)(1);
    }
    return answers;
}

void Production::postpone(Requests requests) {
    std::vector<std::string> ids;
    for (const auto& request : requests) ids.push_back(request.order_id);
    service_.postpone_production(ids, config_.retry_first, config_.retry_most);
    failed_(static_cast<double>(ids.size()));
}

void Production::note_whether_away(bool away) {
    if (away && !away_) base::log::warn("the catalog does not answer what is to be made; it is asked again");
    if (!away && away_) base::log::info("the catalog answers again what is to be made");
    away_ = away;
}

bool Production::stopping() {
    const std::lock_guard lock{mutex_};
    return stopping_;
}

void Production::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    stop_now_.notify_all();
    if (thread_.joinable()) thread_.join();
}

}  // namespace orders
