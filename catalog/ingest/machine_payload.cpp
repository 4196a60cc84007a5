#include "catalog/ingest/machine_payload.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

namespace catalog {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

constexpr std::size_t kMaxText = 64;
constexpr std::int64_t kMaxCount = (std::int64_t{1} << 53) - 1;  // what every JSON reader holds exactly

// Reads an object's members and collects every fault, so that one look at a dead letter shows all of them.
class Fields {
public:
    Fields(Object object, std::string path) : object_(object), path_(std::move(path)) {}

    std::string text(const char* name) {
        if (!find(name)) fault(name, "is missing");
        return optional_text(name);
    }
    std::string optional_text(const char* name) {
        const auto found = find(name);
        if (!found) return {};
        std::string_view value;
        if (found->get(value) != simdjson::SUCCESS || !is_short_line(value)) {
            fault(name, "must be text of 1 to 64 characters");
            return {};
        }
        return std::string{value};
    }
    std::optional<std::int64_t> counter(const char* name) {
        const auto found = find(name);
        std::int64_t value = -1;
        if (found && found->get(value) == simdjson::SUCCESS && value >= 0 && value <= kMaxCount) return value;
        fault(name, "must be a whole number from 0 to 9007199254740991");
        return {};
    }
    Quantity quantity(const char* name) {
        if (const auto value = read_quantity(name)) return *value;
        fault(name, "must be a number from 0 to 4000000000 with at most six decimals");
        return {};
    }
    Quantity optional_quantity(const char* name) { return find(name) ? quantity(name) : Quantity{}; }
    core::Time time(const char* name) {
        const auto found = find(name);
        std::string_view value;
        if (found && found->get(value) == simdjson::SUCCESS) {
            if (const auto parsed = core::parse_rfc3339(value)) return *parsed;
        }
        fault(name, "must be an RFC 3339 time");
        return {};
    }
    // One of two words; true for the first.
    bool choice(const char* name, std::string_view first, std::string_view second) {
        const auto found = find(name);
        std::string_view value;
        if (found && found->get(value) == simdjson::SUCCESS && (value == first || value == second))
            return value == first;
        fault(name, "must be " + std::string{first} + " or " + std::string{second});
        return false;
    }
    Unit unit() {
        static const auto kAny = Unit::parse("H87").value();
        const auto code = text("unit");
        if (const auto found = Unit::parse(code)) return *found;
        if (!code.empty()) unknown_unit_ = code;
        return kAny;
    }

    void fault(const char* name, const std::string& what) {
        if (!faults_.empty()) faults_ += "; ";
        faults_ += path_ + name + " " + what;
    }
    std::optional<Element> find(const char* name) const {
        Element found;
        if (object_.at_key(name).get(found) != simdjson::SUCCESS || found.is_null()) return {};
        return found;
    }
    const std::string& faults() const { return faults_; }
    const std::string& unknown_unit() const { return unknown_unit_; }

private:
    static bool is_short_line(std::string_view text) {
        return !text.empty() && text.size() <= kMaxText && std::ranges::all_of(text, [](char c) {
            return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
        });
    }
    std::optional<Quantity> read_quantity(const char* name) const {
        const auto found = find(name);
        double value = -1;
        if (!found || found->get(value) != simdjson::SUCCESS || value < 0) return {};
        return Quantity::parse(value);
    }

    Object object_;
    std::string path_;
    std::string faults_;
    std::string unknown_unit_;
};

// ---- one reader a type of event

EventData production_count(Fields& from) {
    return ProductionCount{.part = from.text("part"),
                           .revision = from.optional_text("rev"),
                           .work_order = from.optional_text("work_order"),
                           .good_total = from.quantity("good_total"),
                           .scrap_total = from.optional_quantity("scrap_total"),
                           .unit = from.unit()};
}

EventData part_reference(Fields& from) {
    return PartReference{from.text("part"), from.optional_text("rev")};
}

EventData material_consumed(Fields& from) {
    return MaterialConsumed{.material = from.text("material"),
                            .lot = from.optional_text("lot"),
                            .work_order = from.optional_text("work_order"),
                            .quantity = from.quantity("quantity"),
                            .unit = from.unit()};
}

// Either a part or a material.
void require_one(Fields& from, const std::string& part, const std::string& material) {
    if (part.empty() == material.empty()) from.fault("part", "or material must be there, one of them");
}

EventData supply_received(Fields& from) {
    SupplyReceived supply{.part = from.optional_text("part"),
                          .material = from.optional_text("material"),
                          .lot = from.optional_text("lot"),
                          .supplier = from.optional_text("supplier"),
                          .quantity = from.quantity("quantity"),
                          .unit = from.unit()};
    require_one(from, supply.part, supply.material);
    return supply;
}

EventData stock_level(Fields& from) {
    StockLevel level{.part = from.optional_text("part"),
                     .material = from.optional_text("material"),
                     .on_hand = from.quantity("on_hand"),
                     .unit = from.unit()};
    require_one(from, level.part, level.material);
    return level;
}

EventData quality(Fields& from) {
    return Quality{from.text("part"), from.choice("result", "pass", "fail")};
}

EventData downtime(Fields& from) {
    return Downtime{from.choice("state", "down", "up")};
}

struct ObjectReader {
    std::string_view type;
    EventData (*read)(Fields&);
};
constexpr std::array kReaders = std::to_array<ObjectReader>({
    {"production-count", production_count},
    {"part-reference", part_reference},
    {"material-consumed", material_consumed},
    {"supply-received", supply_received},
    {"stock-level", stock_level},
    {"quality", quality},
    {"downtime", downtime},
});

// ---- the envelope

Refusal refuse(MessageOutcome verdict, std::string reason) {
    return {verdict, std::move(reason)};
}

// Takes the level up to the next slash off `rest`; false when it is empty.
bool take_level(std::string_view& rest, std::string_view& level) {
    const auto slash = rest.find('/');
    level = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return !level.empty();
}

std::variant<Object, Refusal> parse(std::string_view payload) {
    thread_local simdjson::dom::parser parser;
    Element document;
    Object object;
    if (parser.parse(payload.data(), payload.size()).get(document) != simdjson::SUCCESS) {
        return refuse(MessageOutcome::bad_json, "not JSON in UTF-8");
    }
    if (document.get(object) != simdjson::SUCCESS)
        return refuse(MessageOutcome::schema_violation, "must be a JSON object");
    return object;
}

// The payload's name for itself; a number is somebody else, too.
bool names_machine(const Object& object, std::string_view machine) {
    std::string_view name;
    return object.at_key("machine").get(name) == simdjson::SUCCESS && name == machine;
}

class EnvelopeReader {
public:
    EnvelopeReader(Object object, const Topic& topic, core::Time now)
        : object_(object), topic_(topic), now_(now), envelope_(object, "") {}

    std::variant<MachineEvent, Refusal> read() {
        std::int64_t version = 0;
        if (object_.at_key("v").get(version) != simdjson::SUCCESS || version != 1)
            envelope_.fault("v", "must be 1");
        boot_ = envelope_.counter("boot");
        seq_ = envelope_.counter("seq");
        const auto ts = envelope_.time("ts");
        if (ts > now_ + kMaxAhead) envelope_.fault("ts", "is in the future");
        if (envelope_.text("type") != topic_.type)
            envelope_.fault("type", "must be the topic's, " + std::string{topic_.type});
        const auto reader = std::ranges::find(kReaders, topic_.type, &ObjectReader::type);
        if (reader == kReaders.end()) envelope_.fault("type", "is not known");
        Object data;
        if (object_.at_key("data").get(data) != simdjson::SUCCESS)
            envelope_.fault("data", "must be an object");
        if (!envelope_.faults().empty()) return refused(MessageOutcome::schema_violation, envelope_.faults());
        return with_data(data, ts, *reader);
    }

private:
    std::variant<MachineEvent, Refusal> with_data(Object data, core::Time ts, const ObjectReader& reader) {
        Fields fields{data, "data."};
        auto read = reader.read(fields);
        if (!fields.faults().empty()) return refused(MessageOutcome::schema_violation, fields.faults());
        if (!fields.unknown_unit().empty()) {
            return refused(MessageOutcome::unit_unknown,
                           "data.unit " + fields.unknown_unit() + " is not a known unit");
        }
        return MachineEvent{*boot_, *seq_, ts, std::move(read), simdjson::minify(data)};
    }
    Refusal refused(MessageOutcome verdict, const std::string& reason) const {
        return {verdict, reason, boot_, seq_};
    }

    Object object_;
    const Topic& topic_;
    core::Time now_;
    Fields envelope_;
    std::optional<std::int64_t> boot_;
    std::optional<std::int64_t> seq_;
};

}  // namespace

std::optional<Topic> Topic::parse(std::string_view text) {
    constexpr std::string_view kRoot = "factory/v1/";
    if (!text.starts_with(kRoot)) return {};
    Topic topic;
    auto rest = text.substr(kRoot.size());
    std::string_view level;
    for (int i = 0; i < 4; ++i) {  // site, area, line, machine
        if (!take_level(rest, level)) return {};
    }
    topic.machine = level;
    topic.of_machine = text.substr(0, text.size() - rest.size() - 1);
    if (rest == "state") return topic;
    if (!take_level(rest, level) || level != "evt" || !take_level(rest, topic.type) || !rest.empty())
        return {};
    return topic;
}

std::string_view known_type(std::string_view topic) {
    const auto read = Topic::parse(topic);
    if (!read) return "other";
    if (read->type.empty()) return "state";
    const auto* found = std::ranges::find(kReaders, read->type, &ObjectReader::type);
    return found == kReaders.end() ? "other" : found->type;
}

std::variant<MachineEvent, Refusal> read_event(const Topic& topic, std::string_view payload, core::Time now) {
    const auto parsed = parse(payload);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
    const auto object = std::get<Object>(parsed);
    if (!names_machine(object, topic.machine)) {
        return refuse(MessageOutcome::identity_mismatch,
                      "machine must be the topic's, " + std::string{topic.machine});
    }
    return EnvelopeReader{object, topic, now}.read();
}

std::variant<StateReport, Refusal> read_state(std::string_view payload) {
    const auto parsed = parse(payload);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
    Fields fields{std::get<Object>(parsed), ""};
    StateReport report{fields.choice("state", "online", "offline"), fields.optional_text("firmware")};
    if (!fields.faults().empty()) return refuse(MessageOutcome::schema_violation, fields.faults());
    return report;
}

}  // namespace catalog
