// What `orders` and `catalog` tell each other of goods made to order: requests to make an order's lines, and
// how much of them has been made. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace base {

// ---- orders → catalog: POST /internal/v1/production-requests
//   {"requests":[{"order_id","lines":[{"position":1,"sku","quantity":2}]}]}
//   → {"answers":[{"order_id","outcome":"taken","work_orders":[{"id":"wo_…","position":1,"quantity":2}]}]}
// Asked again, an order gets the same answer: a work order per order and position, ever.

struct ProductionLine {
    std::int64_t position;  // of the line in its order, from 1
    std::string sku;
    std::int64_t quantity;
};

struct ProductionRequest {
    std::string order_id;
    std::vector<ProductionLine> lines;  // all of the order's
};
constexpr std::size_t kMostProductionRequests = 100;  // in a list

enum class ProductionOutcome {
    taken,            // what is made to order is being made
    nothing_to_make,  // no line is made to order
};
std::string_view to_string(ProductionOutcome outcome);

struct WorkOrder {
    std::string id;  // wo_…
    std::int64_t position;
    std::int64_t quantity;
};

struct ProductionAnswer {
    std::string order_id;
    ProductionOutcome outcome;
    std::vector<WorkOrder> work_orders;  // one per line that is made to order
};

std::string production_requests_to_json(std::span<const ProductionRequest> requests);
Result<std::vector<ProductionRequest>> production_requests_from_json(std::string_view text);
std::string production_answers_to_json(std::span<const ProductionAnswer> answers);
std::optional<std::vector<ProductionAnswer>> production_answers_from_json(std::string_view text);

// ---- catalog → orders: POST /internal/v1/production-facts
//   {"facts":[{"order_id","work_order":"wo_…","position":1,"quantity":2,"good":1}]}
//   → {"answers":[{"work_order","outcome":"applied"}]}: an answer per fact, in their order.

// How much of a work order has been made so far: a running total, of which the greatest counts.
struct ProductionFact {
    std::string order_id;
    std::string work_order;
    std::int64_t position;
    std::int64_t quantity;  // to be made
    std::int64_t good;      // made, in whole units; what is begun does not count
};
constexpr std::size_t kMostProductionFacts = 500;  // in a list

enum class ProductionFactOutcome {
    applied,
    already_applied,  // as much or more was told before
    order_unknown,
    mismatch,  // the work order belongs to another order or line, or the line to another work order
};
constexpr ProductionFactOutcome kProductionFactOutcomes[] = {
    ProductionFactOutcome::applied, ProductionFactOutcome::already_applied,
    ProductionFactOutcome::order_unknown, ProductionFactOutcome::mismatch};
std::string_view to_string(ProductionFactOutcome outcome);

struct ProductionFactAnswer {
    std::string work_order;
    ProductionFactOutcome outcome;
};

std::string production_facts_to_json(std::span<const ProductionFact> facts);
Result<std::vector<ProductionFact>> production_facts_from_json(std::string_view text);
std::string production_fact_answers_to_json(std::span<const ProductionFactAnswer> answers);
std::optional<std::vector<ProductionFactAnswer>> production_fact_answers_from_json(std::string_view text);

}  // namespace base
