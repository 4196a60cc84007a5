#include "quittance/logs/log_search.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "postgres/database.hpp"
#include "postgres/transaction.hpp"
#include "quittance/settings.hpp"

namespace quittance {
namespace {

namespace fs = std::filesystem;

bool names(const LogQuery& query, const LogLine& line) {
    if (!query.request_id.empty()) return line.request_id == query.request_id;
    if (!query.trace_id.empty()) return line.trace_id == query.trace_id;
    return std::ranges::find(line.about, query.id) != line.about.end();
}

// ---- a folder

class LogFolder : public LogSource {
public:
    explicit LogFolder(fs::path folder) : folder_(std::move(folder)) {}

    std::vector<LogLine> find(const LogQuery& query, const std::set<std::string>& traces) override {
        Newest found;
        for (const auto& file : files(query)) search(file, query, traces, found);
        std::vector<LogLine> lines;
        for (auto& [at, line] : found) lines.push_back(std::move(line));
        return lines;
    }

    std::string describe() const override { return folder_.string(); }

private:
    using Newest = std::multimap<core::Time, LogLine>;

    // What was written last is read last. What was not written since then holds nothing newer.
    std::vector<fs::path> files(const LogQuery& query) const {
        std::vector<std::pair<fs::file_time_type, fs::path>> files;
        for (const auto& entry :
             fs::recursive_directory_iterator{folder_, fs::directory_options::skip_permission_denied}) {
            const auto name = entry.path().filename().string();
            const bool is_log = name == "current" || name.starts_with('@') || name.ends_with(".log");
            if (!entry.is_regular_file() || !is_log) continue;
            const auto age = fs::file_time_type::clock::now() - entry.last_write_time();
            if (query.since && age > core::now() - *query.since) continue;
            files.emplace_back(entry.last_write_time(), entry.path());
        }
        std::ranges::sort(files);
        std::vector<fs::path> paths;
        for (auto& [time, path] : files) paths.push_back(std::move(path));
        return paths;
    }

    // Most lines are not looked at closer than for a few characters.
    static void search(const fs::path& file, const LogQuery& query, const std::set<std::string>& traces,
                       Newest& found) {
        const auto& word = !query.request_id.empty() ? query.request_id
                           : !query.trace_id.empty() ? query.trace_id
                                                     : query.id;
        std::ifstream in{file};
        for (std::string text; std::getline(in, text);) {
            const bool of_trace = traces.contains(trace_in(text));
            if (!of_trace && text.find(word) == std::string::npos) continue;
            auto line = read_log_line(text);
            if (!line || (query.since && line->at < *query.since)) continue;
            if (!of_trace && !names(query, *line)) continue;
            line->instance = file.parent_path().filename().string();
            if (line->service.empty()) line->service = line->instance;
            const auto at = line->at;
            found.emplace(at, *std::move(line));
            if (found.size() > kMaxLines) found.erase(found.begin());
        }
    }

    static std::string trace_in(const std::string& text) {
        constexpr std::string_view kMember = R"("trace_id":")";
        const auto at = text.find(kMember);
        return at == std::string::npos ? std::string{} : text.substr(at + kMember.size(), 32);
    }

    fs::path folder_;
};

// ---- the store

constexpr auto kFind = R"sql(
    SELECT (extract(epoch FROM at) * 1000000)::bigint AS at_us, service, instance, level, message,
           coalesce(request_id, '') AS request_id, coalesce(trace_id, '') AS trace_id, line
      FROM log_lines
     WHERE at >= to_timestamp($1::bigint / 1000000.0)
       AND (request_id = nullif($2, '') OR trace_id = nullif($3, '') OR about @> ARRAY[nullif($4, '')]
            OR trace_id = ANY($5::text[]))
     ORDER BY at DESC
     LIMIT $6
)sql";

class LogDatabase : public LogSource {
public:
    explicit LogDatabase(const std::string& url)
        : database_({.url = url, .connections = 1, .statement_timeout = std::chrono::seconds{60}}) {}

    std::vector<LogLine> find(const LogQuery& query, const std::set<std::string>& traces) override {
        const auto since_us = query.since ? core::to_unix_us(*query.since) : 0;
        const auto rows = database_.transact([&](postgres::Transaction& tx) {
            tx.plan_for_values();
            return tx.exec(kFind, since_us, query.request_id, query.trace_id, query.id,
                           postgres::text_array(traces), kMaxLines);
        });
        std::vector<LogLine> lines;
        for (const auto& row : rows) {
            lines.push_back({.at = postgres::read_time(row["at_us"]),
                             .service = row["service"].c_str(),
                             .instance = row["instance"].c_str(),
                             .level = row["level"].c_str(),
                             .message = row["message"].c_str(),
                             .request_id = row["request_id"].c_str(),
                             .trace_id = row["trace_id"].c_str(),
                             .about = {},
                             .json = row["line"].c_str()});
        }
        std::ranges::stable_sort(lines, {}, &LogLine::at);
        return lines;
    }

    std::string describe() const override { return "the store"; }

private:
    postgres::Database database_;
};

}  // namespace

std::unique_ptr<LogSource> open_log_source(const std::string& where) {
    if (where.starts_with("postgresql://") || where.starts_with("postgres://"))
        return std::make_unique<LogDatabase>(where);
    if (!fs::is_directory(where)) throw Misuse{"there are no logs at " + where};
    return std::make_unique<LogFolder>(where);
}

LogStory find_story(LogSource& source, const LogQuery& query) {
    LogStory story{source.find(query, {})};
    std::set<std::string> traces;
    for (auto line = story.lines.rbegin(); line != story.lines.rend(); ++line) {
        if (line->trace_id.empty() || traces.contains(line->trace_id)) continue;
        story.has_more_traces = traces.size() == LogSource::kMaxTraces;
        if (story.has_more_traces) break;
        traces.insert(line->trace_id);
    }
    if (!traces.empty()) story.lines = source.find(query, traces);
    story.may_have_more_lines = story.lines.size() >= LogSource::kMaxLines;
    return story;
}

}  // namespace quittance
