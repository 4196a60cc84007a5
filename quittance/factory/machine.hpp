// A machine as it behaves: what it says next, in what numbers. Pure: chance comes from a seed, time is given.
//
// It counts good and scrap for each part and work order since it booted, uses material up, is down and up
// again, changes to another part, and makes what it is told to.
#pragma once

#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/clock.hpp"
#include "quittance/factory/amount.hpp"
#include "quittance/factory/message.hpp"

namespace quittance::factory {

using Random = std::mt19937_64;
// True in that share of the cases.
bool happens(Random& random, double share);

// What it was told to make: the payload of cmd/produce, and how much of that is left.
struct Job {
    std::string id;
    std::string work_order;
    std::string part;
    std::string revision;  // empty: not said
    std::string unit;
    Micro quantity = 0;
    Micro left = 0;
};

struct PartRevision {
    std::string part;
    std::string revision;
    bool operator==(const PartRevision&) const = default;
};

// What machines use up, counted in kilograms; they tell of it in grams, too.
constexpr auto kSteel = "STEEL-DC01";
// Each machine has a tank of its own, counted in litres; its level is all that is told of it.
std::string tank_of(const std::string& machine);

class Machine {
public:
    // `parts` is what it makes when nobody says anything; not empty.
    Machine(Place place, std::vector<PartRevision> parts, std::uint64_t seed);

    void start(std::int64_t boot);

    // Only what `jobs` need, or whatever comes.
    enum class Work { any, jobs };
    Message next(core::Time now, Work work = Work::any);
    // Takes a number, and can't be taken in: an unknown unit, a time in the future.
    Message unsound(core::Time now);
    Stray stray(core::Time now);

    // False when it knows the job already.
    bool take(Job job);
    // The jobs it was told of, also those that are done (nothing left).
    const std::map<std::string, Job>& jobs() const { return jobs_; }
    bool has_work() const { return !to_do_.empty(); }
    // The job that `next` worked on.
    const Job* worked_on() const { return worked_on_; }

    const Place& place() const { return place_; }
    std::int64_t boot() const { return boot_; }

private:
    using Json = core::json::Value;
    struct Totals {
        Micro good = 0;
        Micro scrap = 0;
    };
    struct Said {
        std::string type;
        Json data;
    };
    Said choose(Work work);
    Said work_on_job();
    Said count(const PartRevision& what, const std::string& work_order, const std::string& unit, Micro good);
    Said refer(const PartRevision& what);
    Said consume();
    Said inspect();
    Said go_down();
    Said come_up();
    Said receive();
    Said level();
    Json envelope(core::Time ts, const Said& said);
    Message number(core::Time ts, const Said& said);
    std::int64_t between(std::int64_t from, std::int64_t to);

    const Place place_;
    const std::vector<PartRevision> parts_;
    Random random_;
    std::int64_t boot_ = 0;
    std::int64_t seq_ = 0;
    PartRevision running_;
    bool down_ = false;
    std::map<std::tuple<std::string, std::string, std::string>, Totals>
        totals_;  // part, revision, work order
    std::map<std::string, Job> jobs_;
    std::deque<std::string> to_do_;
    const Job* worked_on_ = nullptr;
};

}  // namespace quittance::factory
