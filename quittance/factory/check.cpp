#include "quittance/factory/check.hpp"

#include <cmath>
#include <sstream>

namespace quittance::factory {
namespace {

using Json = core::json::Value;

class Comparison {
public:
    explicit Comparison(const Catalog& catalog) : catalog_(catalog) {}

    void stock(const std::string& path, Micro expected) {
        const auto found = catalog_.find(path);
        if (!found) return missing(path);
        compare(path + ", on hand", to_json(expected), found->at("stock").at("on_hand"));
    }
    void work_order(const std::string& id, Micro expected) {
        const auto found = catalog_.find("production-orders/" + id);
        if (!found) return missing("production-orders/" + id);
        compare("production-orders/" + id + ", good", to_json(expected), found->at("good"));
    }
    void machine(const std::string& name, const ExpectedMachine& expected) {
        const auto path = "machines/" + name;
        const auto found = catalog_.find(path);
        if (!found) return missing(path);
        compare(path + ", boot", expected.boot, found->at("boot"));
        compare(path + ", last seq", expected.last_seq, found->at("last_seq"));
        catalog_.each(path + "/gaps?state=open", [&](const Json& gap) {
            lines_.push_back(path + ": boot " + gap.at("boot").dump() + " misses " +
                             gap.at("missing").dump());
        });
    }
    void dead_letters(const Record& record, const Expected& expected) {
        std::map<std::string, std::map<std::string, int>> found;
        catalog_.each("dead-letters?received_after=" + record.began_at, [&](const Json& letter) {
            ++found[machine_of(letter.at("topic").text())][letter.at("verdict").text()];
        });
        for (const auto& [name, machine] : expected.machines) {
            compare("dead letters of " + name, Json(machine.dead_letters), Json(found[name]));
        }
    }
    std::vector<std::string> lines() { return std::move(lines_); }

private:
    // factory/v1/site/area/line/machine/…
    static std::string machine_of(const std::string& topic) {
        std::istringstream levels{topic};
        std::string level;
        for (int i = 0; i < 6 && std::getline(levels, level, '/');) ++i;
        return level;
    }
    void compare(const std::string& what, const Json& expected, const Json& found) {
        const bool same = expected.is_number() && found.is_number()
                              ? micro_of(expected.get<double>()) == micro_of(found.get<double>())
                              : expected == found;
        if (!same) lines_.push_back(what + ": " + expected.dump() + " expected, " + found.dump() + " found");
    }
    void missing(const std::string& path) { lines_.push_back(path + " is not there"); }

    const Catalog& catalog_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> differences(const Catalog& catalog, const Record& record) {
    const auto expected = expect(record);
    Comparison comparison{catalog};
    for (const auto& [number, on_hand] : expected.parts) comparison.stock("parts/" + number, on_hand);
    for (const auto& [code, on_hand] : expected.materials) comparison.stock("materials/" + code, on_hand);
    for (const auto& [id, good] : expected.work_orders) comparison.work_order(id, good);
    for (const auto& [name, machine] : expected.machines) comparison.machine(name, machine);
    comparison.dead_letters(record, expected);
    return comparison.lines();
}

}  // namespace quittance::factory
