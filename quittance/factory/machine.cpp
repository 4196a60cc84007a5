#include "quittance/factory/machine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/id.hpp"

namespace quittance::factory {
namespace {

constexpr double kScrapShare = 0.03;

core::json::Value or_null(const std::string& text) {
    return text.empty() ? core::json::Value(nullptr) : core::json::Value(text);
}

}  // namespace

bool happens(Random& random, double share) {
    return std::uniform_real_distribution<double>{0, 1}(random) < share;
}

std::string tank_of(const std::string& machine) {
    return "COOLANT-" + machine;
}

Machine::Machine(Place place, std::vector<PartRevision> parts, std::uint64_t seed)
    : place_(std::move(place)), parts_(std::move(parts)), random_(seed), running_(parts_.front()) {}

void Machine::start(std::int64_t boot) {
    boot_ = boot;
    seq_ = 0;
    down_ = false;
    totals_.clear();
}

bool Machine::take(Job job) {
    const auto id = job.id;
    const auto [known, is_new] = jobs_.try_emplace(id, std::move(job));
    if (is_new && known->second.left > 0) to_do_.push_back(id);
    return is_new;
}

Message Machine::next(core::Time now, Work work) {
    worked_on_ = nullptr;
    return number(now, choose(work));
}

Message Machine::unsound(core::Time now) {
    worked_on_ = nullptr;
    auto said = count(running_, "", "H87", kMicro);
    if (happens(random_, 0.5)) {
        auto message = number(now + std::chrono::hours{24 * 365}, said);
        message.verdict = "schema_violation";
        return message;
    }
    said.data["unit"] = "FURLONG";
    auto message = number(now, said);
    message.verdict = "unit_unknown";
    return message;
}

Stray Machine::stray(core::Time now) {
    constexpr std::size_t kTooLarge = 1 << 20;
    auto said = inspect();
    auto json = envelope(now, said);
    json["seq"] = seq_;
    switch (between(0, 3)) {
        case 0: {
            auto text = json.dump();
            text.pop_back();
            return {said.type, std::move(text), "bad_json"};
        }
        case 1: {
            auto text = json.dump();
            text.insert(text.find("\"data\""), "\"note\":\"\xc3\x28\",");  // no UTF-8
            return {said.type, std::move(text), "bad_json"};
        }
        case 2:
            json["machine"] = place_.machine + "-other";
            return {said.type, json.dump(), "identity_mismatch"};
        default: json["note"] = std::string(kTooLarge, 'x'); return {said.type, json.dump(), "too_large"};
    }
}

// ---- what it says

Machine::Said Machine::choose(Work work) {
    if (seq_ == 0) return refer(running_);
    if (down_) return come_up();
    if (!to_do_.empty() && (work == Work::jobs || happens(random_, 0.7))) return work_on_job();
    const auto chance = between(1, 100);
    if (chance <= 62) return count(running_, "", "H87", between(1, 5) * kMicro);
    if (chance <= 77) return consume();
    if (chance <= 87) return inspect();
    if (chance <= 91) return go_down();
    if (chance <= 94) return receive();
    if (chance <= 97) return level();
    return refer(parts_[static_cast<std::size_t>(between(1, std::ssize(parts_))) - 1]);
}

// In some four steps, whole ones as far as it goes.
Machine::Said Machine::work_on_job() {
    auto& job = jobs_.at(to_do_.front());
    const PartRevision what{job.part, job.revision};
    if (running_ != what) return refer(what);
    const auto step = std::max(job.quantity / 4 / kMicro * kMicro, kMicro);
    const auto made = std::min(step, job.left);
    job.left -= made;
    if (job.left == 0) to_do_.pop_front();
    worked_on_ = &job;
    return count(what, job.work_order, job.unit, made);
}

Machine::Said Machine::count(const PartRevision& what, const std::string& work_order, const std::string& unit,
                             Micro good) {
    auto& totals = totals_[{what.part, what.revision, work_order}];
    totals.good += good;
    if (happens(random_, kScrapShare)) totals.scrap += kMicro;
    return {"production-count", Json{{"part", what.part},
                                     {"rev", or_null(what.revision)},
                                     {"work_order", or_null(work_order)},
                                     {"good_total", to_json(totals.good)},
                                     {"scrap_total", to_json(totals.scrap)},
                                     {"unit", unit}}};
}

Machine::Said Machine::refer(const PartRevision& what) {
    running_ = what;
    return {"part-reference", Json{{"part", what.part}, {"rev", or_null(what.revision)}}};
}

Machine::Said Machine::consume() {
    const auto lot = "LOT-" + std::to_string(between(1, 9));
    if (happens(random_, 0.5)) {
        return {"material-consumed",
                Json{{"material", kSteel}, {"lot", lot}, {"quantity", between(1, 2000)}, {"unit", "GRM"}}};
    }
    return {"material-consumed", Json{{"material", kSteel},
                                      {"lot", lot},
                                      {"quantity", to_json(between(1, 16) * kMicro / 8)},
                                      {"unit", "KGM"}}};
}

Machine::Said Machine::inspect() {
    const bool passed = !happens(random_, kScrapShare);
    return {"quality", Json{{"part", running_.part},
                            {"result", passed ? "pass" : "fail"},
                            {"characteristic", "thickness"},
                            {"value", static_cast<double>(between(190, 210)) / 100},
                            {"unit", "MMT"}}};
}

Machine::Said Machine::go_down() {
    static constexpr std::array kReasons{"jam", "tool change", "no material", "safety door"};
    down_ = true;
    return {"downtime",
            Json{{"state", "down"}, {"reason", kReasons[static_cast<std::size_t>(between(0, 3))]}}};
}

Machine::Said Machine::come_up() {
    down_ = false;
    return {"downtime", Json{{"state", "up"}, {"duration_s", between(1, 600)}}};
}

Machine::Said Machine::receive() {
    return {"supply-received", Json{{"material", kSteel},
                                    {"lot", "LOT-" + std::to_string(between(1, 9))},
                                    {"quantity", between(50, 500)},
                                    {"unit", "KGM"},
                                    {"supplier", "Acier du Nord"}}};
}

Machine::Said Machine::level() {
    return {"stock-level",
            Json{{"material", tank_of(place_.machine)}, {"on_hand", between(10, 200)}, {"unit", "LTR"}}};
}

// ---- how it says it

Machine::Json Machine::envelope(core::Time ts, const Said& said) {
    return {{"v", 1},   {"id", core::new_uuid7()},    {"machine", place_.machine}, {"boot", boot_},
            {"seq", 0}, {"ts", core::to_rfc3339(ts)}, {"type", said.type},         {"data", said.data}};
}

Message Machine::number(core::Time ts, const Said& said) {
    auto json = envelope(ts, said);
    json["seq"] = ++seq_;
    return {boot_, seq_, said.type, json.dump()};
}

std::int64_t Machine::between(std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>{from, to}(random_);
}

}  // namespace quittance::factory
