// A JSON value that is cheap to compile: nlohmann's templates parse it in json.cpp and are seen nowhere else.
//
//   json::Value order{{"id", id}, {"lines", json::Value::array()}};
//   order["lines"].push_back({{"sku", "MUG-01"}, {"quantity", 2}});
//   order.dump();  // {"id":"ord_…","lines":[{"sku":"MUG-01","quantity":2}]}
//
// Objects keep the order in which their members were added; of a name given twice the last value counts.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace core::json {

class Init;
struct Member;

// A value that is not of the type asked for, or a member or element that is not there.
struct ValueError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// What Value::parse throws for a text that is not JSON.
struct ParseError : ValueError {
    using ValueError::ValueError;
};

class Value {
public:
    enum class Type : std::uint8_t {
        null,
        boolean,
        integer,
        large_integer,
        number,
        text,
        array,
        object,
        discarded
    };

    Value() noexcept {}
    Value(std::nullptr_t) noexcept {}
    Value(std::same_as<bool> auto boolean) noexcept : type_(Type::boolean) { content_.boolean = boolean; }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) Value(Number number)
    noexcept {
        if constexpr (std::is_signed_v<Number>) {
            set(static_cast<std::int64_t>(number));
        } else {
            set(static_cast<std::uint64_t>(number));
        }
    }
    Value(double number) noexcept : type_(Type::number) { content_.number = number; }
    Value(std::string text);
    Value(std::string_view text);
    Value(const char* text);
    // Pairs that begin with a text are an object, all else an array: {{"a", 1}} is {"a":1}, {1, 2} is [1,2].
    Value(std::initializer_list<Init> content);
    // Containers: one with a `mapped_type` is an object, any other an array.
    template <class Container>
    requires requires(const Container& c) {
        typename Container::value_type;
        c.begin();
        c.end();
    } &&(!std::convertible_to<const Container&, std::string_view>)&&(!std::same_as<Container, Value>)
        Value(const Container& content) {
        if constexpr (requires { typename Container::mapped_type; }) {
            *this = object();
            for (const auto& [name, value] : content) append_member(name, Value(value));
        } else {
            *this = array();
            for (const auto& element : content) push_back(Value(element));
        }
    }

    Value(const Value& other);
    Value(Value&& other) noexcept : type_(other.type_), content_(other.content_) { other.type_ = Type::null; }
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value() {
        if (type_ >= Type::text) release();
    }

    static Value array();
    static Value array(std::initializer_list<Init> elements);
    static Value object();

    // Throws ParseError. With `throws` false what is not JSON is `is_discarded`.
    static Value parse(std::string_view text, bool throws = true);
    // As parse without throwing; arrays and objects nested deeper than `max_depth` are left out.
    static Value parse_to_depth(std::string_view text, std::size_t max_depth);
    // As parse without throwing, and a name given twice within one object is refused too.
    static Value parse_unique(std::string_view text);
    static Value discarded();  // what parse answers for a text that is not JSON
    // Without spaces, or on lines indented by that many. Bytes that are not UTF-8 become U+FFFD.
    std::string dump(int indent = -1) const;
    // The same content with the members of every object in the order of their names.
    Value sorted() const;

    Type type() const { return type_; }
    bool is_null() const { return type_ == Type::null; }
    bool is_boolean() const { return type_ == Type::boolean; }
    bool is_number_integer() const { return type_ == Type::integer || type_ == Type::large_integer; }
    bool is_number() const { return is_number_integer() || type_ == Type::number; }
    bool is_string() const { return type_ == Type::text; }
    bool is_array() const { return type_ == Type::array; }
    bool is_object() const { return type_ == Type::object; }
    bool is_discarded() const { return type_ == Type::discarded; }

    // bool, int, std::int64_t, std::uint64_t, double, std::string, std::vector<std::string> and
    // std::map<std::string, std::string>. Throws ValueError when the value is not of that type or does not
    // fit.
    template <class T>
    T get() const;
    const std::string& text() const;  // throws ValueError when it is no text

    // Of arrays and objects; 0 for null, 1 for anything else.
    std::size_t size() const;
    bool empty() const { return size() == 0; }

    // Objects. `find` is null when there is no such member; null has no members.
    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    const Value& at(std::string_view name) const;
    Value& at(std::string_view name);
    const Value& operator[](std::string_view name) const { return at(name); }
    const Value& operator[](const char* name) const { return at(std::string_view{name}); }
    Value& operator[](std::string_view name);  // added when it is not there
    Value& operator[](const char* name) { return (*this)[std::string_view{name}]; }
    // The member as T, or `fallback` when there is none. Throws ValueError when it is of another type.
    template <class T>
    T value(std::string_view name, const T& fallback) const {
        const auto* found = find(name);
        if constexpr (std::same_as<T, Value>) {
            return found ? *found : fallback;
        } else {
            return found ? found->template get<T>() : fallback;
        }
    }
    std::string value(std::string_view name, const char* fallback) const {
        return value(name, std::string{fallback});
    }
    bool erase(std::string_view name);
    void update(const Value& object);          // its members are added here or replace those of their name
    void merge_patch(const Value& patch);      // RFC 7396
    const std::vector<Member>& items() const;  // for (const auto& [name, value] : object.items())
    std::vector<Member>& items();

    // Arrays; iterating null iterates nothing.
    const Value& at(std::size_t index) const;
    Value& at(std::size_t index);
    const Value& operator[](std::size_t index) const { return at(index); }
    const Value& operator[](int index) const { return at(static_cast<std::size_t>(index)); }
    Value& operator[](std::size_t index) { return at(index); }
    Value& operator[](int index) { return at(static_cast<std::size_t>(index)); }
    const Value& front() const { return at(0); }
    const Value& back() const { return at(size() - 1); }
    Value& back() { return at(size() - 1); }
    void push_back(Value element);
    const Value* begin() const;
    const Value* end() const;
    Value* begin();
    Value* end();

    friend bool operator==(const Value& a, const Value& b) { return a.equals(b); }

private:
    friend class Init;
    friend class Parser;

    void set(std::int64_t number) noexcept {
        type_ = Type::integer;
        content_.integer = number;
    }
    void set(std::uint64_t number) noexcept;
    void release() noexcept;
    void append_member(std::string_view name, Value value);
    bool equals(const Value& other) const;

    Type type_ = Type::null;
    union Content {
        bool boolean;
        std::int64_t integer;
        std::uint64_t large_integer;
        double number;
        std::string* text;
        std::vector<Value>* array;
        std::vector<Member>* object;
    } content_{.integer = 0};
};

struct Member {
    std::string name;
    Value value;
};

// An element of an initializer list, so that what it holds is moved into the value instead of copied.
class Init {
public:
    template <class T>
    requires std::constructible_from<Value, T> Init(T&& value) : value_(std::forward<T>(value)) {}
    Init(std::initializer_list<Init> content) : value_(content) {}

private:
    friend class Value;
    mutable Value value_;
};

template <>
bool Value::get<bool>() const;
template <>
int Value::get<int>() const;
template <>
std::int64_t Value::get<std::int64_t>() const;
template <>
std::uint64_t Value::get<std::uint64_t>() const;
template <>
double Value::get<double>() const;
template <>
std::string Value::get<std::string>() const;
template <>
std::vector<std::string> Value::get<std::vector<std::string>>() const;
template <>
std::map<std::string, std::string> Value::get<std::map<std::string, std::string>>() const;

}  // namespace core::json
