#include "quittance/logs/logs.hpp"

#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include "core/json.hpp"
#include "core/utf8.hpp"

#include "quittance/logs/log_search.hpp"
#include "quittance/settings.hpp"

namespace quittance {
namespace {

using Json = core::json::Value;

struct Options {
    LogQuery query;
    std::string order;
    std::string event;
    std::string since;
    bool json = false;
};

// 90s, 15m, 2h, 3d, or a time.
core::Time read_since(const std::string& text) {
    if (const auto time = core::parse_rfc3339(text)) return *time;
    long long count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    const long long seconds = unit == "s"   ? 1
                              : unit == "m" ? 60
                              : unit == "h" ? 3600
                              : unit == "d" ? 86400
                                            : 0;
    if (error != std::errc{} || seconds == 0 || count < 0 || count > 100'000)
        throw Misuse{"--since is 90s, 15m, 2h, 3d or a time such as 2026-11-21T05:47:52Z"};
    return core::now() - std::chrono::seconds{count * seconds};
}

std::string where_logs_are(const Settings& settings) {
    if (auto where = settings.find("QUITTANCE_LOGS")) return *where;
    for (auto folder = std::filesystem::current_path();; folder = folder.parent_path()) {
        if (std::filesystem::is_directory(folder / ".run" / "log")) return (folder / ".run" / "log").string();
        if (folder == folder.parent_path())
            throw Misuse{"QUITTANCE_LOGS is missing: a folder of logs, or postgresql://…"};
    }
}

// ---- a line for reading

// What comes from others does not steer a terminal: neither C0 nor C1, U+0080 to U+009F.
std::string printable(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) text[i] = ' ';
        const bool may_be_c1 = byte == 0xc2 && i + 1 < text.size();
        if (may_be_c1 && static_cast<unsigned char>(text[i + 1]) < 0xa0) text.replace(i, 2, " ");
    }
    return text;
}

std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.type() == Json::Type::number)
        return std::to_string(static_cast<long long>(value.get<double>() + 0.5));
    return value.dump();
}

std::string fields_of(const LogLine& line) {
    static const std::set<std::string_view> kShown{"ts",      "level",      "service",
                                                   "message", "request_id", "trace_id"};
    // How a request ended is said in front; what the gateway counts besides is for --json.
    static const std::set<std::string_view> kOfRequest{"method",   "path",       "status",
                                                       "bytes_in", "bytes_out",  "request_ms",
                                                       "queue_ms", "connect_ms", "response_ms"};
    const auto object = Json::parse(line.json, false);
    if (!object.is_object()) return {};
    std::string out;
    const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
    const bool is_request = object.contains("method");
    for (const auto* name : {"method", "path", "status"}) {
        if (is_request && object.contains(name)) add(text_of(object[name]));
    }
    for (const auto& [name, value] : object.items()) {
        if (kShown.contains(name) || (is_request && kOfRequest.contains(name))) continue;
        const auto text = text_of(value);
        if (!text.empty()) add(name + "=" + text);
    }
    return printable(out);
}

std::string fixed(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

void print(const std::vector<LogLine>& lines) {
    std::set<std::string> traces, services;
    std::size_t service_width = 0, message_width = 0;
    constexpr std::size_t kWidest = 28;
    for (const auto& line : lines) {
        traces.insert(line.trace_id);
        services.insert(line.service);
        service_width = std::max(service_width, line.service.size());
        message_width = std::max(message_width, std::min(line.message.size(), kWidest));
    }
    const auto begin = lines.front().at;
    for (const auto& line : lines) {
        const auto since_ms = std::chrono::duration_cast<std::chrono::milliseconds>(line.at - begin).count();
        std::cout << core::to_rfc3339(line.at).substr(11, 12) << "  "
                  << fixed("+" + std::to_string(since_ms), 7);
        if (traces.size() > 1) std::cout << fixed(printable(line.trace_id.substr(0, 8)), 9);
        std::cout << ' ' << fixed(printable(line.service), service_width) << "  "
                  << (line.level == "info" ? "" : printable(line.level) + ": ")
                  << fixed(printable(line.message), message_width) << "  " << fields_of(line) << '\n';
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(lines.back().at - begin);
    std::cout << lines.size() << " lines of " << services.size() << " services, "
              << core::to_rfc3339(begin).substr(0, 10) << ", " << took.count() << " ms from first to last"
              << std::endl;
}

bool run(const Options& options) {
    auto query = options.query;
    query.id = options.order.empty() ? options.event : options.order;
    const auto& wanted = !query.request_id.empty() ? query.request_id
                         : !query.trace_id.empty() ? query.trace_id
                                                   : query.id;
    if (wanted.empty()) throw Misuse{"say which: --request, --trace, --order or --event"};
    if (!options.since.empty()) query.since = read_since(options.since);
    const auto source = open_log_source(where_logs_are(Settings{std::filesystem::current_path()}));
    const auto [lines, has_more_traces, may_have_more_lines] = find_story(*source, query);
    if (lines.empty()) {
        std::cerr << "quittance: no line about " << wanted << " in " << source->describe() << '\n';
        return false;
    }
    if (has_more_traces)
        std::cerr << "quittance: only the newest " << LogSource::kMaxTraces << " traces were followed\n";
    if (may_have_more_lines)
        std::cerr << "quittance: there may be more lines, older than the newest " << LogSource::kMaxLines
                  << '\n';
    if (options.json) {
        for (const auto& line : lines) std::cout << line.json << '\n';
        std::cout << std::flush;
    } else {
        print(lines);
    }
    return true;
}

}  // namespace

std::function<bool()> declare_logs(core::Command app) {
    const auto options = std::make_shared<Options>();
    auto which = app.group_of_one("which");
    which.option("--request", &options->query.request_id, "a request's id: X-Request-Id of its answer");
    which.option("--trace", &options->query.trace_id, "a trace's id: 32 hex digits");
    which.option("--order", &options->order, "ord_…");
    which.option("--event", &options->event, "evt_… (a provider's, or ours) or evn_…");
    app.option("--since", &options->since, "not older than 90s, 15m, 2h, 3d, or a time");
    app.flag("--json", options->json, "the lines as they are");
    app.footer(
        "QUITTANCE_LOGS says where logs are: a folder (default: the nearest .run/log), or postgresql://… of "
        "the store.\n"
        "Exit status: 0 found, 1 nothing found, 2 wrong use.");
    return [options] { return run(*options); };
}

}  // namespace quittance
