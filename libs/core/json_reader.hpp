// JSON at the edge: parsed once, with limits, into types; every fault is collected with the name of its
// field.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace core::json {

// An object, nested 32 deep at most, UTF-8 without NUL. `malformed` otherwise.
Result<Value> parse_object(std::string_view text);

// Likewise a list.
Result<Value> parse_array(std::string_view text);

Value from(const Money& money);  // {"amount":4200,"currency":"EUR"}

struct Length {
    std::size_t min;
    std::size_t max;  // in characters (code points)
};

// Reads an object's members by name. A member that is wrong adds a FieldError and answers a harmless value,
// so that one pass finds all faults; the reader must look at the errors before using what was read.
// `object` and `errors` must outlive the reader and those it hands out.
class ObjectReader {
public:
    ObjectReader(const Value& object, std::string path, std::vector<FieldError>& errors);

    bool has(std::string_view name);  // present and not null
    // Printable, and not blank unless `length.min` is 0.
    std::string text(std::string_view name, Length length);
    std::optional<std::string> optional_text(std::string_view name, Length length);
    std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
    double number(std::string_view name, double min, double max);
    // The elements of an array of texts; none when it is not there.
    std::vector<std::string> texts(std::string_view name, std::size_t most, Length length);
    // `fallback` when it is not there.
    bool boolean(std::string_view name, bool fallback);
    // {"amount","currency"}; nothing when it is missing or wrong, with the fault said.
    std::optional<Money> money(std::string_view name, std::int64_t min_minor);
    std::optional<Currency> currency(std::string_view name);
    // An object member; nothing (and a fault unless `optional`) when it is not there.
    std::optional<ObjectReader> object(std::string_view name, bool optional = false);
    // The elements of an array of objects, min to max of them.
    std::vector<ObjectReader> objects(std::string_view name, std::size_t min, std::size_t max);
    // A flat object of short texts, as Stripe's metadata: at most 50 keys of 40 characters, values of 500.
    std::map<std::string, std::string> metadata(std::string_view name);
    // Call last: a member nobody asked for is a fault ("is not a known field").
    void refuse_unknown();

    void fault(std::string_view name, std::string detail);
    const std::string& path() const { return path_; }

private:
    std::string path_of(std::string_view name) const;
    // The member, or null when it is missing or JSON's null.
    const Value* find(std::string_view name);
    const Value* require(std::string_view name);

    const Value* object_;
    std::string path_;
    std::vector<FieldError>* errors_;
    std::vector<std::string> asked_;
};

}  // namespace core::json
