#include "base/production.hpp"

#include "base/json.hpp"
#include "base/names.hpp"

namespace base {
namespace {

using Json = nlohmann::ordered_json;
using json::Reader;
using json::Value;

constexpr Names<ProductionOutcome, 2> kOutcomes{{
    {ProductionOutcome::taken, "taken"},
    {ProductionOutcome::nothing_to_make, "nothing_to_make"},
}};

constexpr Names<ProductionFactOutcome, 4> kFactOutcomes{{
    {ProductionFactOutcome::applied, "applied"},
    {ProductionFactOutcome::already_applied, "already_applied"},
    {ProductionFactOutcome::order_unknown, "order_unknown"},
    {ProductionFactOutcome::mismatch, "mismatch"},
}};

constexpr json::Length kId{1, 64};
constexpr json::Length kSku{1, 64};
constexpr std::size_t kMostLines = 200;
constexpr std::int64_t kMostPosition = 1'000'000;
constexpr std::int64_t kMostQuantity = 1'000'000'000'000;

Json to_json(const ProductionLine& line) {
    return {{"position", line.position}, {"sku", line.sku}, {"quantity", line.quantity}};
}
Json to_json(const WorkOrder& work_order) {
    return {{"id", work_order.id}, {"position", work_order.position}, {"quantity", work_order.quantity}};
}
Json to_json(const ProductionFact& fact) {
    return {{"order_id", fact.order_id},
            {"work_order", fact.work_order},
            {"position", fact.position},
            {"quantity", fact.quantity},
            {"good", fact.good}};
}
Json to_json(const ProductionFactAnswer& answer) {
    return {{"work_order", answer.work_order}, {"outcome", to_string(answer.outcome)}};
}

Json to_json(const ProductionRequest& request);
Json to_json(const ProductionAnswer& answer);

template <class Items>
Json list(const Items& items) {
    auto array = Json::array();
    for (const auto& item : items) array.push_back(to_json(item));
    return array;
}

Json to_json(const ProductionRequest& request) {
    return {{"order_id", request.order_id}, {"lines", list(request.lines)}};
}
Json to_json(const ProductionAnswer& answer) {
    return {{"order_id", answer.order_id},
            {"outcome", to_string(answer.outcome)},
            {"work_orders", list(answer.work_orders)}};
}

template <class Items>
std::string to_text(const char* name, const Items& items) {
    return Json{{name, list(items)}}.dump();
}

std::int64_t read_position(Reader& reader) {
    return reader.integer("position", 1, kMostPosition);
}

ProductionRequest read_request(Reader& reader) {
    ProductionRequest request{reader.text("order_id", kId), {}};
    for (auto& line : reader.objects("lines", 1, kMostLines)) {
        request.lines.push_back(
            {read_position(line), line.text("sku", kSku), line.integer("quantity", 1, kMostQuantity)});
    }
    return request;
}

template <class Enum, std::size_t N>
Enum read_name(Reader& reader, const char* name, const Names<Enum, N>& names) {
    const auto value = find_name(names, reader.text(name, kId));
    if (!value) reader.fault(name, "is not known");
    return value.value_or(Enum{});
}

ProductionAnswer read_answer(Reader& reader) {
    ProductionAnswer answer{reader.text("order_id", kId), read_name(reader, "outcome", kOutcomes), {}};
    if (!reader.has("work_orders")) return answer;
    for (auto& one : reader.objects("work_orders", 0, kMostLines)) {
        answer.work_orders.push_back(
            {one.text("id", kId), read_position(one), one.integer("quantity", 1, kMostQuantity)});
    }
    return answer;
}

ProductionFact read_fact(Reader& reader) {
    return {.order_id = reader.text("order_id", kId),
            .work_order = reader.text("work_order", kId),
            .position = read_position(reader),
            .quantity = reader.integer("quantity", 1, kMostQuantity),
            .good = reader.integer("good", 0, kMostQuantity)};
}

ProductionFactAnswer read_fact_answer(Reader& reader) {
    return {reader.text("work_order", kId), read_name(reader, "outcome", kFactOutcomes)};
}

// Every element of the list `name`, each read by `read`; all that is wrong when anything is.
template <class Read>
auto read_list(std::string_view text, const char* name, std::size_t most, Read read)
    -> Result<std::vector<decltype(read(std::declval<Reader&>()))>> {
    const auto document = json::parse_object(text);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    Reader reader{*document, "", errors};
    std::vector<decltype(read(reader))> items;
    for (auto& element : reader.objects(name, 0, most)) items.push_back(read(element));
    if (!errors.empty()) return invalid(std::move(errors));
    return items;
}

template <class T>
std::optional<T> or_nothing(Result<T> result) {
    return result ? std::optional{*std::move(result)} : std::nullopt;
}

}  // namespace

std::string_view to_string(ProductionOutcome outcome) {
    return name_of(kOutcomes, outcome);
}
std::string_view to_string(ProductionFactOutcome outcome) {
    return name_of(kFactOutcomes, outcome);
}

std::string production_requests_to_json(std::span<const ProductionRequest> requests) {
    return to_text("requests", requests);
}
Result<std::vector<ProductionRequest>> production_requests_from_json(std::string_view text) {
    return read_list(text, "requests", kMostProductionRequests, read_request);
}
std::string production_answers_to_json(std::span<const ProductionAnswer> answers) {
    return to_text("answers", answers);
}
std::optional<std::vector<ProductionAnswer>> production_answers_from_json(std::string_view text) {
    return or_nothing(read_list(text, "answers", kMostProductionRequests, read_answer));
}

std::string production_facts_to_json(std::span<const ProductionFact> facts) {
    return to_text("facts", facts);
}
Result<std::vector<ProductionFact>> production_facts_from_json(std::string_view text) {
    return read_list(text, "facts", kMostProductionFacts, read_fact);
}
std::string production_fact_answers_to_json(std::span<const ProductionFactAnswer> answers) {
    return to_text("answers", answers);
}
std::optional<std::vector<ProductionFactAnswer>> production_fact_answers_from_json(std::string_view text) {
    return or_nothing(read_list(text, "answers", kMostProductionFacts, read_fact_answer));
}

}  // namespace base
