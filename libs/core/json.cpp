#include "core/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/json_writer.hpp"
#include "core/utf8.hpp"

namespace core::json {
namespace {

constexpr std::size_t kMaxDepth = 512;
// From so many members on a name given twice is looked for with a table.
constexpr std::size_t kManyMembers = 16;

[[noreturn]] void fail(const char* wanted, Value::Type type) {
    constexpr const char* kNames[] = {"null",   "a boolean", "an integer", "an integer", "a number",
                                      "a text", "an array",  "an object",  "no JSON"};
    throw ValueError{std::string{wanted} + " was expected, it is " + kNames[static_cast<std::size_t>(type)]};
}

bool is_member(const Value& value) {
    return value.is_array() && value.size() == 2 && value[0].is_string();
}

void append_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    const std::string_view written{text, static_cast<std::size_t>(end - text)};
    out += written;
    if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_string(std::string& out, const std::string& text) {
    if (is_utf8(text)) {
        append_text(out, text);
    } else {
        append_text(out, replace_invalid_utf8(text));
    }
}

class Writer {
public:
    Writer(std::string& out, int indent) : out_(out), indent_(indent) {}

    void write(const Value& value) {
        using enum Value::Type;
        switch (value.type()) {
            case null: out_ += "null"; break;
            case boolean: out_ += value.get<bool>() ? "true" : "false"; break;
            case integer: out_ += std::to_string(value.get<std::int64_t>()); break;
            case large_integer: out_ += std::to_string(value.get<std::uint64_t>()); break;
            case number: append_number(out_, value.get<double>()); break;
            case text: append_string(out_, value.text()); break;
            case array: write_all(value, '[', ']', [&](const Value& element) { write(element); }); break;
            case object:
                write_all(value.items(), '{', '}', [&](const Member& member) {
                    append_string(out_, member.name);
                    out_ += indent_ < 0 ? ":" : ": ";
                    write(member.value);
                });
                break;
            case discarded: out_ += "<discarded>"; break;
        }
    }

private:
    template <class Elements, class Write>
    void write_all(const Elements& elements, char open, char close, Write write_one) {
        out_ += open;
        ++depth_;
        bool first = true;
        for (const auto& element : elements) {
            if (!first) out_ += ',';
            first = false;
            new_line();
            write_one(element);
        }
        --depth_;
        if (!first) new_line();
        out_ += close;
    }
    void new_line() {
        if (indent_ < 0) return;
        out_ += '\n';
        out_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
    }

    std::string& out_;
    int indent_;
    int depth_ = 0;
};

}  // namespace

// Builds a value from what nlohmann's parser reads.
class Parser {
public:
    struct Limits {
        bool unique_names = false;
        // What is nested deeper is left out.
        std::size_t kept_depth = SIZE_MAX;
    };
    explicit Parser(Limits limits) : limits_(limits) {}
    Value take() { return std::move(root_); }

    bool null() { return add({}); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value) { return add(value); }
    bool number_float(double value, const std::string&) { return add(value); }
    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool key(std::string& name) {
        if (skipped_ == 0) open_.back()->content_.object->push_back({std::move(name), {}});
        return true;
    }
    bool start_object(std::size_t) { return open(Value::object()); }
    bool start_array(std::size_t) { return open(Value::array()); }
    bool end_array() {
        if (skipped_ > 0) {
            --skipped_;
        } else {
            open_.pop_back();
        }
        return true;
    }
    bool end_object() {
        if (skipped_ > 0) return end_array();
        auto& members = *open_.back()->content_.object;
        open_.pop_back();
        const auto before = members.size();
        drop_repeated(members);
        return !limits_.unique_names || members.size() == before;
    }
    static bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
        return false;
    }

private:
    bool add(Value value) {
        if (skipped_ == 0) place() = std::move(value);
        return true;
    }
    bool open(Value value) {
        if (skipped_ > 0 || open_.size() > limits_.kept_depth) {
            if (skipped_++ == 0 && open_.back()->is_object()) open_.back()->content_.object->pop_back();
            return true;
        }
        if (open_.size() == kMaxDepth) return false;
        auto& placed = place();
        placed = std::move(value);
        open_.push_back(&placed);
        return true;
    }
    // Where the value that comes next belongs.
    Value& place() {
        if (open_.empty()) return root_;
        auto& parent = *open_.back();
        if (parent.is_object()) return parent.content_.object->back().value;
        return parent.content_.array->emplace_back();
    }
    // Of a name given twice the last value counts, where the name stood first.
    static void drop_repeated(std::vector<Member>& members) {
        if (members.size() < 2) return;
        if (members.size() <= kManyMembers) {
            for (std::size_t i = 1; i < members.size(); ++i) {
                const auto same =
                    std::find_if(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(i),
                                 [&](const Member& m) { return m.name == members[i].name; });
                if (same == members.begin() + static_cast<std::ptrdiff_t>(i)) continue;
                same->value = std::move(members[i].value);
                members.erase(members.begin() + static_cast<std::ptrdiff_t>(i--));
            }
            return;
        }
        std::unordered_map<std::string, std::size_t> first;
        std::vector<Member> kept;
        kept.reserve(members.size());
        for (auto& member : members) {
            const auto [at, is_new] = first.try_emplace(member.name, kept.size());
            if (is_new) {
                kept.push_back(std::move(member));
            } else {
                kept[at->second].value = std::move(member.value);
            }
        }
        members = std::move(kept);
    }

    Limits limits_;
    std::size_t skipped_ = 0;  // arrays and objects open inside what is left out
    Value root_;
    std::vector<Value*> open_;  // arrays and objects that are not closed; they stay where they are until then
};

Value::Value(std::string text) : type_(Type::text) {
    content_.text = new std::string{std::move(text)};
}
Value::Value(std::string_view text) : Value(std::string{text}) {}
Value::Value(const char* text) : Value(std::string{text}) {}

Value::Value(std::initializer_list<Init> content) {
    const auto is_pair = [](const Init& init) { return is_member(init.value_); };
    if (!std::all_of(content.begin(), content.end(), is_pair)) {
        *this = array(content);
        return;
    }
    *this = object();
    content_.object->reserve(content.size());
    for (const auto& init : content) {
        auto& pair = *init.value_.content_.array;
        append_member(*pair[0].content_.text, std::move(pair[1]));
    }
}

Value::Value(const Value& other) : type_(other.type_), content_(other.content_) {
    // With braces a list would be made that has the other as its one element.
    switch (type_) {
        case Type::text: content_.text = new std::string(*other.content_.text); break;
        case Type::array: content_.array = new std::vector<Value>(*other.content_.array); break;
        case Type::object: content_.object = new std::vector<Member>(*other.content_.object); break;
        default: break;
    }
}
Value& Value::operator=(const Value& other) {
    if (this != &other) *this = Value(other);
    return *this;
}
Value& Value::operator=(Value&& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(content_, other.content_);
    return *this;
}
void Value::release() noexcept {
    switch (type_) {
        case Type::text: delete content_.text; break;
        case Type::array: delete content_.array; break;
        case Type::object: delete content_.object; break;
        default: break;
    }
}
void Value::set(std::uint64_t number) noexcept {
    if (number <= static_cast<std::uint64_t>(INT64_MAX)) return set(static_cast<std::int64_t>(number));
    type_ = Type::large_integer;
    content_.large_integer = number;
}

Value Value::array() {
    Value value;
    value.content_.array = new std::vector<Value>;
    value.type_ = Type::array;
    return value;
}
Value Value::array(std::initializer_list<Init> elements) {
    auto value = array();
    value.content_.array->reserve(elements.size());
    for (const auto& init : elements) value.content_.array->push_back(std::move(init.value_));
    return value;
}
Value Value::object() {
    Value value;
    value.content_.object = new std::vector<Member>;
    value.type_ = Type::object;
    return value;
}

namespace {
Value parse_or_discard(std::string_view text, Parser::Limits limits) {
    Parser parser{limits};
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &parser)) return Value::discarded();
    return parser.take();
}
}  // namespace

Value Value::discarded() {
    Value value;
    value.type_ = Type::discarded;
    return value;
}
Value Value::parse(std::string_view text, bool throws) {
    auto value = parse_or_discard(text, {});
    if (throws && value.is_discarded()) throw ParseError{"the text is not JSON"};
    return value;
}
Value Value::parse_to_depth(std::string_view text, std::size_t max_depth) {
    return parse_or_discard(text, {.kept_depth = max_depth});
}
Value Value::parse_unique(std::string_view text) {
    return parse_or_discard(text, {.unique_names = true});
}

std::string Value::dump(int indent) const {
    std::string out;
    Writer{out, indent}.write(*this);
    return out;
}

Value Value::sorted() const {
    auto copy = *this;
    if (copy.is_array()) {
        for (auto& element : copy) element = element.sorted();
    } else if (copy.is_object()) {
        std::ranges::sort(*copy.content_.object, {}, &Member::name);
        for (auto& member : *copy.content_.object) member.value = member.value.sorted();
    }
    return copy;
}

template <>
bool Value::get<bool>() const {
    if (type_ != Type::boolean) fail("a boolean", type_);
    return content_.boolean;
}
template <>
std::int64_t Value::get<std::int64_t>() const {
    if (type_ == Type::integer) return content_.integer;
    // As far as it can be held; what is beyond has no place to go.
    if (type_ == Type::number && std::abs(content_.number) < 9.2e18) {
        return static_cast<std::int64_t>(content_.number);
    }
    fail("an integer of 64 bits", type_);
}
template <>
int Value::get<int>() const {
    const auto number = get<std::int64_t>();
    if (number < INT32_MIN || number > INT32_MAX) fail("an integer of 32 bits", type_);
    return static_cast<int>(number);
}
template <>
std::uint64_t Value::get<std::uint64_t>() const {
    if (type_ == Type::large_integer) return content_.large_integer;
    const auto number = get<std::int64_t>();
    if (number < 0) fail("an integer that is not negative", type_);
    return static_cast<std::uint64_t>(number);
}
template <>
double Value::get<double>() const {
    switch (type_) {
        case Type::number: return content_.number;
        case Type::integer: return static_cast<double>(content_.integer);
        case Type::large_integer: return static_cast<double>(content_.large_integer);
        default: fail("a number", type_);
    }
}
template <>
std::string Value::get<std::string>() const {
    return text();
}
template <>
std::vector<std::string> Value::get<std::vector<std::string>>() const {
    if (type_ != Type::array) fail("an array of texts", type_);
    std::vector<std::string> texts;
    texts.reserve(size());
    for (const auto& element : *this) texts.push_back(element.text());
    return texts;
}
template <>
std::map<std::string, std::string> Value::get<std::map<std::string, std::string>>() const {
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : items()) texts.emplace(name, value.text());
    return texts;
}
const std::string& Value::text() const {
    if (type_ != Type::text) fail("a text", type_);
    return *content_.text;
}

std::size_t Value::size() const {
    switch (type_) {
        case Type::null: return 0;
        case Type::array: return content_.array->size();
        case Type::object: return content_.object->size();
        default: return 1;
    }
}

const Value* Value::find(std::string_view name) const {
    if (type_ != Type::object) return nullptr;
    const auto found = std::ranges::find(*content_.object, name, &Member::name);
    return found == content_.object->end() ? nullptr : &found->value;
}
Value* Value::find(std::string_view name) {
    return const_cast<Value*>(std::as_const(*this).find(name));
}
const Value& Value::at(std::string_view name) const {
    const auto* found = find(name);
    if (found == nullptr) throw ValueError{"there is no member " + std::string{name}};
    return *found;
}
Value& Value::at(std::string_view name) {
    return const_cast<Value&>(std::as_const(*this).at(name));
}
Value& Value::operator[](std::string_view name) {
    if (is_null()) *this = object();
    if (type_ != Type::object) fail("an object", type_);
    if (auto* found = find(name)) return *found;
    return content_.object->emplace_back(Member{std::string{name}, {}}).value;
}
void Value::append_member(std::string_view name, Value value) {
    (*this)[name] = std::move(value);
}
bool Value::erase(std::string_view name) {
    return is_object() &&
           std::erase_if(*content_.object, [&](const Member& m) { return m.name == name; }) > 0;
}
void Value::update(const Value& object) {
    for (const auto& [name, value] : object.items()) (*this)[name] = value;
}
void Value::merge_patch(const Value& patch) {
    if (!patch.is_object()) {
        *this = patch;
        return;
    }
    if (!is_object()) *this = object();
    for (const auto& [name, value] : patch.items()) {
        if (value.is_null()) {
            erase(name);
        } else {
            (*this)[name].merge_patch(value);
        }
    }
}
const std::vector<Member>& Value::items() const {
    if (type_ != Type::object) fail("an object", type_);
    return *content_.object;
}
std::vector<Member>& Value::items() {
    return const_cast<std::vector<Member>&>(std::as_const(*this).items());
}

const Value& Value::at(std::size_t index) const {
    if (type_ != Type::array) fail("an array", type_);
    if (index >= content_.array->size()) throw ValueError{"there is no element " + std::to_string(index)};
    return (*content_.array)[index];
}
Value& Value::at(std::size_t index) {
    return const_cast<Value&>(std::as_const(*this).at(index));
}
void Value::push_back(Value element) {
    if (is_null()) *this = array();
    if (type_ != Type::array) fail("an array", type_);
    content_.array->push_back(std::move(element));
}
const Value* Value::begin() const {
    if (is_null()) return nullptr;
    if (type_ != Type::array) fail("an array", type_);
    return content_.array->data();
}
const Value* Value::end() const {
    return is_null() ? nullptr : begin() + content_.array->size();
}
Value* Value::begin() {
    return const_cast<Value*>(std::as_const(*this).begin());
}
Value* Value::end() {
    return const_cast<Value*>(std::as_const(*this).end());
}

// Numbers are equal when their values are; the order of members does not count.
bool Value::equals(const Value& other) const {
    if (type_ != other.type_) return is_number() && other.is_number() && get<double>() == other.get<double>();
    switch (type_) {
        case Type::null: return true;
        case Type::boolean: return content_.boolean == other.content_.boolean;
        case Type::integer: return content_.integer == other.content_.integer;
        case Type::large_integer: return content_.large_integer == other.content_.large_integer;
        case Type::number: return content_.number == other.content_.number;
        case Type::text: return *content_.text == *other.content_.text;
        case Type::array: return *content_.array == *other.content_.array;
        case Type::object:
            return size() == other.size() && std::ranges::all_of(*content_.object, [&](const Member& member) {
                       const auto* same = other.find(member.name);
                       return same != nullptr && *same == member.value;
                   });
        case Type::discarded: return false;
    }
    return false;
}

}  // namespace core::json
