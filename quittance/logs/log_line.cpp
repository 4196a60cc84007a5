#include "quittance/logs/log_line.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/utf8.hpp"

namespace quittance {
namespace {

using Json = core::json::Value;

constexpr std::size_t kMaxIdBytes = 128;

// What is nested deeper is left out: nobody's stack is as deep as a line may be.
Json parse(std::string_view text) {
    constexpr std::size_t kMaxDepth = 32;
    return Json::parse_to_depth(text, kMaxDepth);
}

std::string text_of(const Json& object, const char* name) {
    const auto* found = object.find(name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

// PostgreSQL's text and jsonb have no U+0000.
std::string without_nul(std::string text) {
    std::ranges::replace(text, '\0', ' ');
    return text;
}

// The same in JSON's text, where it is an escape that must not be an escaped backslash and u0000.
std::string dump_without_nul(const Json& json) {
    constexpr std::string_view kNul = "\\u0000";
    auto text = json.dump();
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '\\') continue;
        if (std::string_view{text}.substr(i, kNul.size()) == kNul) text.replace(i, kNul.size(), "\\ufffd");
        ++i;
    }
    return text;
}

std::string as_utf8(std::string_view bytes) {
    return core::replace_invalid_utf8(bytes);
}

bool is_id(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return text.size() >= 8 && text.size() <= kMaxIdBytes && std::ranges::all_of(text, fits);
}

std::vector<std::string> ids_in(const Json& object) {
    std::vector<std::string> ids;
    const auto add = [&ids](std::string_view id) {
        if (is_id(id) && std::ranges::find(ids, id) == ids.end()) ids.emplace_back(id);
    };
    for (const auto* name : {"order_id", "subject", "event_id", "provider_event_id"})
        add(text_of(object, name));
    for (const auto* name : {"path", "location"}) {
        const auto path = text_of(object, name);
        for (std::size_t from = 0; from < path.size();) {
            const auto end = std::min(path.find_first_of("/?", from), path.size());
            const auto segment = std::string_view{path}.substr(from, end - from);
            if (segment.find('_') != std::string_view::npos) add(segment);
            from = end + 1;
        }
    }
    return ids;
}

// Nobody's id is longer or has other bytes. A part of one would be another's.
std::string id_of(const Json& object, const char* name) {
    auto text = text_of(object, name);
    const bool fits =
        text.size() <= kMaxIdBytes && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    return fits ? text : std::string{};
}

LogLine line_of(const Json& object, core::Time at) {
    return {.at = at,
            .service = without_nul(text_of(object, "service")),
            .instance = {},
            .level = without_nul(text_of(object, "level")),
            .message = without_nul(text_of(object, "message")),
            .request_id = id_of(object, "request_id"),
            .trace_id = id_of(object, "trace_id"),
            .about = ids_in(object),
            .json = dump_without_nul(object)};
}

// …/.run/log/payment/current → payment; …/containers/<id>/<id>-json.log → the id's beginning
std::string folder_of(const std::string& file) {
    const auto end = file.rfind('/');
    if (end == std::string::npos || end == 0) return file;
    const auto start = file.rfind('/', end - 1);
    const auto name = file.substr(start == std::string::npos ? 0 : start + 1, end - start - 1);
    return name.size() == 64 ? name.substr(0, 12) : name;
}

void unwrap_docker(ShippedLine& shipped) {
    if (!shipped.text.starts_with(R"({"log":)")) return;
    const auto wrapper = parse(shipped.text);
    if (!wrapper.is_object() || !wrapper.contains("stream")) return;
    shipped.written_at = core::parse_rfc3339(text_of(wrapper, "time"));
    shipped.stream = text_of(wrapper, "stream");
    if (const auto attrs = wrapper.find("attrs"); attrs != nullptr && attrs->is_object()) {
        shipped.container = text_of(*attrs, "tag");
        shipped.compose_service = text_of(*attrs, "com.docker.compose.service");
    }
    shipped.text = text_of(wrapper, "log");
    shipped.is_whole = shipped.text.ends_with('\n');
    while (shipped.text.ends_with('\n') || shipped.text.ends_with('\r')) shipped.text.pop_back();
}

// Such a line would be the last one of every search, and would never be old enough to be deleted.
bool is_ahead(core::Time at, core::Time now) {
    return at > now + std::chrono::days{1};
}

}  // namespace

std::optional<LogLine> read_log_line(std::string_view text) {
    if (!text.starts_with('{')) return {};
    const auto object = parse(text);
    if (!object.is_object()) return {};
    const auto at = core::parse_rfc3339(text_of(object, "ts"));
    if (!at) return {};
    return line_of(object, *at);
}

ShippedLine read_shipped_line(std::string_view envelope, std::string_view host_if_unreadable) {
    auto object = parse(envelope);
    if (object.is_discarded()) object = parse(as_utf8(envelope));
    if (!object.is_object()) return {std::string{host_if_unreadable}, "", "", as_utf8(envelope)};
    ShippedLine shipped{text_of(object, "host"), text_of(object, "file"), text_of(object, "offset"),
                        text_of(object, "line")};
    unwrap_docker(shipped);
    return shipped;
}

LogLine to_log_line(const ShippedLine& shipped) {
    const auto folder = folder_of(shipped.file);
    const auto now = core::now();
    auto line = read_log_line(shipped.text);
    if (!line) {
        const auto text = without_nul(as_utf8(shipped.text));
        line = LogLine{shipped.written_at.value_or(now), {}, {}, {}, text, {}, {}, {}, "{}"};
    }
    if (is_ahead(line->at, now)) line->at = shipped.written_at.value_or(now);
    if (is_ahead(line->at, now)) line->at = now;
    line->instance = without_nul(shipped.container.empty() ? folder : shipped.container);
    if (line->service.empty())
        line->service = without_nul(shipped.compose_service.empty() ? folder : shipped.compose_service);
    if (line->level.empty()) line->level = "info";
    return *std::move(line);
}

}  // namespace quittance
