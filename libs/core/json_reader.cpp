#include "core/json_reader.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace core::json {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxMetadata = 50;
constexpr Length kMetadataKey{1, 40};
constexpr Length kMetadataValue{0, 500};

// What no document of ours may hold, found before anything is built from it; empty when nothing was found.
std::string_view find_excess(std::string_view text) {
    // The parser takes a NUL for the end and would not look at what follows.
    if (text.find('\0') != std::string_view::npos) return "the body holds a NUL character";
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                if (text.substr(i + 1, 5) == "u0000") return "the body holds a NUL character";
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxDepth) return "the body is nested too deeply";
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return {};
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(' ') == std::string_view::npos;
}

// What is wrong with the text; empty when nothing is.
std::string find_text_fault(const Value& value, Length length) {
    if (!value.is_string()) return "must be text";
    const auto& text = value.text();
    const auto characters = count_characters(text);
    if (characters < length.min || characters > length.max) {
        const auto most = std::to_string(length.max);
        return "must have " + (length.min == length.max ? most : std::to_string(length.min) + " to " + most) +
               " characters";
    }
    if (!is_printable(text)) return "must not contain control characters";
    if (length.min > 0 && is_blank(text)) return "must not be blank";
    return {};
}

Result<Value> parse(std::string_view text) {
    if (const auto excess = find_excess(text); !excess.empty()) return malformed(std::string{excess});
    auto value = Value::parse(text, false);
    if (value.is_discarded()) return malformed("the body is not JSON");
    return value;
}

}  // namespace

Result<Value> parse_object(std::string_view text) {
    auto value = parse(text);
    if (value && !value->is_object()) return malformed("the body must be a JSON object");
    return value;
}

Result<Value> parse_array(std::string_view text) {
    auto value = parse(text);
    if (value && !value->is_array()) return malformed("the body must be a JSON list");
    return value;
}

Value from(const Money& money) {
    return {{"amount", money.amount_minor}, {"currency", std::string{money.currency.code()}}};
}

ObjectReader::ObjectReader(const Value& object, std::string path, std::vector<FieldError>& errors)
    : object_(&object), path_(std::move(path)), errors_(&errors) {}

const Value* ObjectReader::find(std::string_view name) {
    asked_.emplace_back(name);
    const auto* found = object_->find(name);
    return found != nullptr && !found->is_null() ? found : nullptr;
}

bool ObjectReader::has(std::string_view name) {
    return find(name) != nullptr;
}

const Value* ObjectReader::require(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) fault(name, "is required");
    return value;
}

std::string ObjectReader::text(std::string_view name, Length length) {
    const auto* value = require(name);
    if (value == nullptr) return {};
    if (auto wrong = find_text_fault(*value, length); !wrong.empty()) {
        fault(name, std::move(wrong));
        return {};
    }
    return value->get<std::string>();
}

std::optional<std::string> ObjectReader::optional_text(std::string_view name, Length length) {
    if (find(name) == nullptr) return {};
    return text(name, length);
}

bool ObjectReader::boolean(std::string_view name, bool fallback) {
    const auto* value = find(name);
    if (value == nullptr || value->is_null()) return fallback;
    if (!value->is_boolean()) fault(name, "must be true or false");
    return value->is_boolean() ? value->get<bool>() : fallback;
}

std::int64_t ObjectReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = require(name);
    if (value == nullptr) return min;
    const bool fits = value->type() == Value::Type::integer;
    const auto number = fits ? value->get<std::int64_t>() : 0;
    if (fits && number >= min && number <= max) return number;
    fault(name, max == INT64_MAX
                    ? "must be a whole number of at least " + std::to_string(min)
                    : "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
}

double ObjectReader::number(std::string_view name, double min, double max) {
    const auto* value = require(name);
    if (value == nullptr) return min;
    const auto number = value->is_number() ? value->get<double>() : min - 1;
    if (number >= min && number <= max) return number;
    fault(name, "must be a number from " + Value(min).dump() + " to " + Value(max).dump());
    return min;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, std::size_t most, Length length) {
    std::vector<std::string> texts;
    const auto* value = find(name);
    if (value == nullptr || value->is_null()) return texts;
    if (!value->is_array() || value->size() > most) {
        fault(name, "must be a list of at most " + std::to_string(most));
        return texts;
    }
    for (const auto& element : *value) {
        auto wrong = find_text_fault(element, length);
        if (wrong.empty()) {
            texts.push_back(element.get<std::string>());
        } else {
            fault(std::string{name} + "[" + std::to_string(&element - value->begin()) + "]",
                  std::move(wrong));
        }
    }
    return texts;
}

std::optional<Money> ObjectReader::money(std::string_view name, std::int64_t min_minor) {
    auto reader = object(name);
    if (!reader) return {};
    const auto faults = errors_->size();
    const auto amount = reader->integer("amount", min_minor, INT64_MAX);
    const auto currency = reader->currency("currency");
    reader->refuse_unknown();
    if (errors_->size() != faults) return {};
    return Money{amount, *currency};
}

std::optional<Currency> ObjectReader::currency(std::string_view name) {
    const auto* value = require(name);
    if (value == nullptr) return {};
    const auto currency = value->is_string() ? Currency::parse(value->text()) : std::nullopt;
    if (!currency) fault(name, "must be an ISO 4217 code in capitals, such as EUR");
    return currency;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name, bool optional) {
    const auto* value = optional ? find(name) : require(name);
    if (value == nullptr) return {};
    if (value->is_object()) return ObjectReader{*value, path_of(name), *errors_};
    fault(name, "must be an object");
    return {};
}

std::vector<ObjectReader> ObjectReader::objects(std::string_view name, std::size_t min, std::size_t max) {
    std::vector<ObjectReader> readers;
    const auto* value = require(name);
    if (value == nullptr) return readers;
    if (!value->is_array() || value->size() < min || value->size() > max) {
        fault(name, "must be a list of " + std::to_string(min) + " to " + std::to_string(max));
        return readers;
    }
    for (const auto& element : *value) {
        auto path = path_of(name) + "[" + std::to_string(&element - value->begin()) + "]";
        if (element.is_object()) {
            readers.emplace_back(element, std::move(path), *errors_);
        } else {
            errors_->push_back({std::move(path), "must be an object"});
        }
    }
    return readers;
}

std::map<std::string, std::string> ObjectReader::metadata(std::string_view name) {
    std::map<std::string, std::string> metadata;
    auto reader = object(name, true);
    if (!reader) return metadata;
    const auto members = reader->object_->sorted();
    if (members.size() > kMaxMetadata)
        fault(name, "must have at most " + std::to_string(kMaxMetadata) + " keys");
    for (const auto& [key, value] : members.items()) {
        if (!find_text_fault(key, kMetadataKey).empty()) {
            fault(name, "must have keys of 1 to 40 printable characters");
        } else if (auto wrong = find_text_fault(value, kMetadataValue); !wrong.empty()) {
            reader->fault(key, std::move(wrong));
        } else {
            metadata.emplace(key, value.get<std::string>());
        }
    }
    return metadata;
}

void ObjectReader::refuse_unknown() {
    std::vector<std::string_view> unknown;
    for (const auto& [name, value] : object_->items()) {
        if (std::ranges::find(asked_, name) == asked_.end()) unknown.push_back(name);
    }
    std::ranges::sort(unknown);
    for (const auto name : unknown) fault(name, "is not a known field");
}

void ObjectReader::fault(std::string_view name, std::string detail) {
    errors_->push_back({path_of(name), std::move(detail)});
}

std::string ObjectReader::path_of(std::string_view name) const {
    return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
}

}  // namespace core::json
