#include "events/event.hpp"

#include <array>
#include <stdexcept>

#include "core/enum_names.hpp"
#include "core/json_reader.hpp"
#include "core/json_writer.hpp"

namespace events {
namespace {

constexpr core::Names<Verdict, 5> kVerdicts{{
    {Verdict::applied, "applied"},
    {Verdict::already_applied, "already_applied"},
    {Verdict::ignored, "ignored"},
    {Verdict::failed, "failed"},
    {Verdict::refused, "refused"},
}};

constexpr core::json::Length kName{1, 200};
constexpr core::json::Length kReason{0, 500};

}  // namespace

// ---- telling

constexpr auto kPublish = R"sql(
    INSERT INTO outbox (id, type, subject, version, traceparent, forget_data, data)
    SELECT id, type, subject, version, traceparent, forget_data, data::jsonb
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::boolean[])
           WITH ORDINALITY AS told (id, type, subject, version, data, traceparent, forget_data, position)
     ORDER BY position
)sql";
std::vector<std::string> publish(postgres::Transaction& tx, std::span<const NewEvent> events,
                                 const telemetry::Trace& trace) {
    if (events.empty()) return {};
    std::vector<std::string> made;
    const auto of_all = trace.header();
    postgres::TextArray ids, types, subjects, data, traceparents;
    postgres::BigintArray versions;
    postgres::BoolArray forget;
    for (const auto& event : events) {
        if (event.data.size() > kMaxDataBytes) throw std::length_error("an event's data is too large");
        ids.add(made.emplace_back(Id::make().value()));
        types.add(event.type);
        subjects.add(event.subject);
        versions.add(event.version);
        data.add(event.data);
        traceparents.add(event.traceparent.empty() ? of_all : event.traceparent);
        forget.add(event.erase_data);
    }
    tx.exec(kPublish, ids.parameter(), types.parameter(), subjects.parameter(), versions.parameter(),
            data.parameter(), traceparents.parameter(), forget.parameter());
    tx.announce();
    return made;
}

// ---- JSON out

void append_json(std::string& out, const Event& event) {
    const auto text = [&out](std::string_view name, std::string_view value) {
        out.append(",\"").append(name).append("\":");
        core::json::append_text(out, value);
    };
    out += R"({"specversion":"1.0")";
    text("id", event.id);
    text("source", event.source);
    text("type", event.type);
    text("subject", event.subject);
    text("time", core::to_rfc3339(event.time));
    text("datacontenttype", "application/json");
    out.append(",\"aggregateversion\":").append(std::to_string(event.version));
    if (!event.traceparent.empty()) text("traceparent", event.traceparent);
    out.append(",\"data\":").append(event.data).append("}");
}

std::string to_json(const Event& event) {
    std::string out;
    append_json(out, event);
    return out;
}

std::string batch_to_json(std::span<const Event> events) {
    std::string out = "[";
    for (const auto& event : events) {
        if (out.size() > 1) out += ',';
        append_json(out, event);
    }
    return out += ']';
}

// ---- JSON in

namespace {

Event read(const core::json::Value& object, const std::string& path, std::vector<core::FieldError>& errors) {
    core::json::ObjectReader reader{object, path, errors};
    Event event;
    if (reader.text("specversion", kName) != "1.0") reader.fault("specversion", "must be 1.0");
    event.id = reader.text("id", kName);
    event.source = reader.text("source", kName);
    event.type = reader.text("type", kName);
    event.subject = reader.text("subject", kName);
    const auto time = core::parse_rfc3339(reader.text("time", kName));
    if (!time) reader.fault("time", "must be an RFC 3339 time, such as 2026-11-21T05:47:52Z");
    event.time = time.value_or(core::Time{});
    event.version = reader.integer("aggregateversion", 0, INT64_MAX);
    event.traceparent = reader.optional_text("traceparent", {1, 200}).value_or("");
    if (const auto type = reader.optional_text("datacontenttype", kName); type && *type != "application/json")
        reader.fault("datacontenttype", "must be application/json");
    if (reader.object("data")) event.data = object["data"].dump();
    return event;
}

}  // namespace

core::Result<Event> event_from_json(std::string_view text) {
    const auto object = core::json::parse_object(text);
    if (!object) return object.error();
    std::vector<core::FieldError> errors;
    auto event = read(*object, "", errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return event;
}

core::Result<std::vector<Event>> batch_from_json(std::string_view text) {
    const auto list = core::json::parse_array(text);
    if (!list) return list.error();
    if (list->size() > kMaxEvents) return core::malformed("a list has at most 500 events");
    std::vector<Event> events;
    std::vector<core::FieldError> errors;
    for (const auto& one : *list) {
        const auto path = "[" + std::to_string(events.size()) + "]";
        if (!one.is_object()) errors.push_back({path, "must be an object"});
        events.push_back(one.is_object() ? read(one, path, errors) : Event{});
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return events;
}

// ---- answers

std::string_view to_string(Verdict verdict) {
    return core::name_of(kVerdicts, verdict);
}

std::string answers_to_json(std::span<const Answer> answers) {
    std::string out = R"({"results":[)";
    for (const auto& answer : answers) {
        if (out.back() == '}') out += ',';
        out += R"({"id":)";
        core::json::append_text(out, answer.id);
        out.append(R"(,"outcome":")").append(to_string(answer.verdict)).append("\"");
        if (!answer.reason.empty()) {
            out += R"(,"reason":)";
            core::json::append_text(out, answer.reason);
        }
        out += '}';
    }
    return out += "]}";
}

core::Result<std::vector<Answer>> answers_from_json(std::string_view text) {
    const auto object = core::json::parse_object(text);
    if (!object) return object.error();
    std::vector<core::FieldError> errors;
    std::vector<Answer> answers;
    core::json::ObjectReader reader{*object, "", errors};
    for (auto& one : reader.objects("results", 0, kMaxEvents)) {
        Answer answer{one.text("id", kName), Verdict::failed, {}};
        const auto verdict = core::find_name(kVerdicts, one.text("outcome", kName));
        if (!verdict) one.fault("outcome", "is not known");
        answer.verdict = verdict.value_or(answer.verdict);
        answer.reason = one.optional_text("reason", kReason).value_or("");
        answers.push_back(std::move(answer));
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return answers;
}

// ---- types

std::optional<TypePattern> TypePattern::parse(std::string_view text) {
    const bool prefix = text == "*" || text.ends_with(".*");
    if (prefix) text.remove_suffix(1);
    constexpr auto kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    const bool fits = text.size() <= kName.max && text.find_first_not_of(kAllowed) == std::string_view::npos;
    if (!fits || (text.empty() && !prefix)) return {};
    return TypePattern{std::string{text}, prefix};
}

bool TypePattern::matches(std::string_view type) const {
    return prefix_ ? type.starts_with(text_) : type == text_;
}

}  // namespace events
