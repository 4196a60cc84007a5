#include "quittance/factory/expectation.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace quittance::factory {
namespace {

using Json = core::json::Value;

std::string text(const Json& data, const char* name) {
    const auto found = data.find(name);
    return found == nullptr || found->is_null() ? std::string{} : found->get<std::string>();
}

Micro amount(const Json& data, const char* name) {
    const auto micro = micro_of(data.at(name).get<double>());
    return text(data, "unit") == "GRM" ? micro / 1000 : micro;
}

class Summing {
public:
    explicit Summing(const Record& record) {
        for (const auto& [item, units] : record.baseline) {
            const auto colon = item.find(':');
            auto& items = item.starts_with("part:") ? sums_.parts : sums_.materials;
            items[item.substr(colon + 1)] = micro_of(units);
        }
        for (const auto& [name, messages] : record.machines) {
            for (const auto& [at, message] : messages) take(name, message);
        }
        for (const auto& [name, verdicts] : record.strays) {
            for (const auto& [verdict, count] : verdicts) sums_.machines[name].dead_letters[verdict] += count;
        }
    }

    Expected sums() {
        for (const auto& [counter, good] : counters_) {
            const auto& [machine, boot, part, revision, work_order] = counter;
            sums_.parts[part] += good;
            if (!work_order.empty()) sums_.work_orders[work_order] += good;
        }
        for (const auto& [item, level] : levels_) sums_.materials[item] = level;
        return std::move(sums_);
    }

private:
    // A machine's messages come in the order of their numbers.
    void take(const std::string& name, const RecordedMessage& message) {
        auto& machine = sums_.machines[name];
        machine.boot = message.boot;
        machine.last_seq = message.seq;
        if (message.verdict != "ok") {
            ++machine.dead_letters[message.verdict];
            return;
        }
        const auto& data = message.data;
        if (message.type == "production-count") {
            auto& good = counters_[{name, message.boot, text(data, "part"), text(data, "rev"),
                                    text(data, "work_order")}];
            good = std::max(good, amount(data, "good_total"));
        } else if (message.type == "material-consumed") {
            sums_.materials[text(data, "material")] -= amount(data, "quantity");
        } else if (message.type == "supply-received") {
            sums_.materials[text(data, "material")] += amount(data, "quantity");
        } else if (message.type == "stock-level") {
            levels_[text(data, "material")] = amount(data, "on_hand");
        }
    }

    Expected sums_;
    std::map<std::tuple<std::string, std::int64_t, std::string, std::string, std::string>, Micro> counters_;
    std::map<std::string, Micro> levels_;
};

}  // namespace

Expected expect(const Record& record) {
    return Summing{record}.sums();
}

}  // namespace quittance::factory
