#include "quittance/factory/record.hpp"

#include <stdexcept>

#include "core/clock.hpp"

namespace quittance::factory {
namespace {

using Json = core::json::Value;

RecordedMessage read_message(const Json& line) {
    const auto payload = Json::parse(line.at("payload").text());
    return {payload.at("boot").get<std::int64_t>(), payload.at("seq").get<std::int64_t>(),
            line.at("type").text(), line.at("verdict").text(), payload.at("data")};
}

void take(Record& record, const Json& line) {
    if (line.contains("began_at")) {
        if (!record.began_at.empty()) return;  // the first says what was there before
        record.began_at = line.at("began_at").text();
        for (const auto& [item, stock] : line.at("baseline").items())
            record.baseline[item] = stock.get<double>();
    } else if (line.contains("payload")) {
        auto message = read_message(line);
        const std::pair at{message.boot, message.seq};
        record.machines[line.at("machine").text()].emplace(at, std::move(message));
    } else {
        ++record.strays[line.at("machine").text()][line.at("verdict").text()];
    }
}

}  // namespace

void RecordWriter::begin(const Baseline& baseline) {
    lines_.write({{"began_at", core::to_rfc3339(core::now())}, {"baseline", baseline}});
}
void RecordWriter::said(const Place& place, const Message& message) {
    if (!lines_.is_on()) return;
    lines_.write({{"machine", place.machine},
                  {"type", message.type},
                  {"verdict", message.verdict},
                  {"payload", message.payload}});
}
void RecordWriter::said(const Place& place, const Stray& stray) {
    lines_.write({{"machine", place.machine}, {"type", stray.type}, {"verdict", stray.verdict}});
}

Record Record::read(const std::string& file) {
    Record record;
    Lines::read(file, [&record](const Json& line) { take(record, line); });
    if (record.began_at.empty()) throw std::runtime_error(file + " is no record of a simulation");
    return record;
}

}  // namespace quittance::factory
