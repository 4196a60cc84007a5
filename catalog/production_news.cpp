#include "catalog/production_news.hpp"

#include "base/log.hpp"
#include "base/trace.hpp"

namespace catalog {
namespace {

std::vector<base::ProductionFact> facts_of(const std::vector<store::Progress>& untold) {
    std::vector<base::ProductionFact> facts;
    for (const auto& progress : untold) {
        facts.push_back({.order_id = progress.order_id,
                         .work_order = progress.id.value(),
                         .position = progress.position,
                         .quantity = progress.quantity.micro() / Quantity::kMicro,
                         .good = progress.good.micro() / Quantity::kMicro});
    }
    return facts;
}

void log_refused(const std::vector<base::ProductionFactAnswer>& answers) {
    for (const auto& answer : answers) {
        using enum base::ProductionFactOutcome;
        if (answer.outcome == applied || answer.outcome == already_applied) continue;
        base::log::warn(
            "orders refuses the progress of a work order",
            {{"work_order", answer.work_order}, {"outcome", std::string{to_string(answer.outcome)}}});
    }
}

}  // namespace

std::optional<ProductionNews::Config> ProductionNews::read(base::Environment& environment) {
    auto url = environment.text("ORDERS_URL", "");
    const auto token = environment.secret("SERVICE_TOKEN");
    Config config{.orders = {.base_url = std::move(url), .bearer = std::string{token.reveal()}},
                  .every = environment.milliseconds("PRODUCTION_NEWS_MS", 300, 10, 60000),
                  .deadline = environment.milliseconds("ORDERS_DEADLINE_MS", 2000, 10, 60000)};
    if (config.orders.base_url.empty()) return {};
    return config;
}

ProductionNews::ProductionNews(Production& production, Config config)
    : production_(production),
      config_(config),
      orders_(config.orders),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ProductionNews::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        bool more = false;
        try {
            more = tell();
        } catch (const std::exception& error) {
            base::log::error("can't tell orders what was made", {{"error", error.what()}});
        }
        if (more) continue;
        std::unique_lock lock{mutex};
        wake.wait_for(lock, stop, config_.every, [] { return false; });
    }
}

bool ProductionNews::tell() {
    const auto untold = production_.untold(base::kMostProductionFacts);
    if (untold.empty()) return false;
    const auto reply =
        orders_.post("/internal/v1/production-facts", base::production_facts_to_json(facts_of(untold)),
                     base::Trace::continue_from({}), config_.deadline);
    const auto answers = reply && reply->status == 200
                             ? base::production_fact_answers_from_json(reply->body)
                             : std::optional<std::vector<base::ProductionFactAnswer>>{};
    if (!answers || answers->size() != untold.size()) return false;
    log_refused(*answers);
    production_.mark_told(untold);
    return untold.size() == base::kMostProductionFacts;
}

}  // namespace catalog
