#include "catalog/machines/machine_store.hpp"

#include "postgres/sql.hpp"

namespace catalog::store {
namespace {

using postgres::read_optional;
using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;
using postgres::text_array;

constexpr auto kMachineColumns =
    sql("name, site, area, line, description, makes, topic, state, ", select_times("state_at"),
        ", firmware, running_part, running_rev, down, ", select_times("down_since"), ", boot, last_seq, ",
        select_times("last_seen_at"),
        ", (SELECT count(*) FROM machine_gaps WHERE machine = name AND machine_gaps.state <> 'filled' "
        "    AND machine_gaps.state = 'open') AS open_gaps, version, ",
        select_times("created_at"), " ");

constexpr auto kGapColumns =
    sql("id, boot, from_seq, to_seq, missing::text, ", select_times("detected_at", "asked_at"),
        ", asked, state, ", select_times("closed_at"), " ");

Machine read_machine(const postgres::Row& row) {
    return {.draft = {.name = row["name"].c_str(),
                      .site = row["site"].c_str(),
                      .area = row["area"].c_str(),
                      .line = row["line"].c_str(),
                      .description = row["description"].c_str(),
                      .makes = row["makes"].texts()},
            .topic = row["topic"].c_str(),
            .state = row["state"].c_str(),
            .state_at = read_optional_time(row["state_at"]),
            .firmware = read_optional<std::string>(row["firmware"]),
            .running_part = read_optional<std::string>(row["running_part"]),
            .running_rev = read_optional<std::string>(row["running_rev"]),
            .down = read_optional<bool>(row["down"]),
            .down_since = read_optional_time(row["down_since"]),
            .boot = read_optional<std::int64_t>(row["boot"]),
            .last_seq = read_optional<std::int64_t>(row["last_seq"]),
            .last_seen_at = read_optional_time(row["last_seen_at"]),
            .open_gaps = row["open_gaps"].as<std::int64_t>(),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"])};
}

std::optional<Machine> read_first_machine(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_machine(rows.front());
}

MachineGap read_gap(const postgres::Row& row) {
    return {.id = GapId::trusted(row["id"].c_str()),
            .boot = row["boot"].as<std::int64_t>(),
            .range = {row["from_seq"].as<std::int64_t>(), row["to_seq"].as<std::int64_t>()},
            .missing = parse_ranges(row["missing"].c_str()),
            .detected_at = read_time(row["detected_at"]),
            .asked_at = read_optional_time(row["asked_at"]),
            .asked = row["asked"].as<std::int64_t>(),
            .state = parse_gap_state(row["state"].c_str()).value(),
            .closed_at = read_optional_time(row["closed_at"])};
}

}  // namespace

constexpr auto kInsertMachine = R"sql(
    INSERT INTO machines (name, site, area, line, description, makes)
    VALUES ($1, $2, $3, $4, $5, $6::text[])
        ON CONFLICT DO NOTHING
)sql";
bool insert_machine(Transaction& tx, const MachineDraft& draft) {
    return tx.exec(kInsertMachine, draft.name, draft.site, draft.area, draft.line, draft.description,
                   text_array(draft.makes))
               .affected_rows() == 1;
}

constexpr auto kFindMachine = sql("SELECT ", kMachineColumns, "FROM machines WHERE name = $1");
std::optional<Machine> find_machine(Transaction& tx, const std::string& name) {
    return read_first_machine(tx.exec(kFindMachine, name));
}

constexpr auto kFindMachineForUpdate =
    sql("SELECT ", kMachineColumns, "FROM machines WHERE name = $1 FOR NO KEY UPDATE");
std::optional<Machine> find_machine_for_update(Transaction& tx, const std::string& name) {
    return read_first_machine(tx.exec(kFindMachineForUpdate, name));
}

constexpr auto kSaveMachine = R"sql(
    UPDATE machines
       SET site = $2, area = $3, line = $4, description = $5, makes = $6::text[], version = version + 1
     WHERE name = $1
)sql";
void save_machine(Transaction& tx, const MachineDraft& draft) {
    tx.exec(kSaveMachine, draft.name, draft.site, draft.area, draft.line, draft.description,
            text_array(draft.makes));
}

constexpr auto kUnknownParts = R"sql(
    SELECT asked.number
      FROM unnest($1::text[]) WITH ORDINALITY AS asked (number, n)
      LEFT JOIN parts USING (number)
     WHERE parts.number IS NULL
     ORDER BY n
)sql";
std::vector<std::string> unknown_parts(Transaction& tx, const std::vector<std::string>& numbers) {
    std::vector<std::string> unknown;
    for (const auto& row : tx.exec(kUnknownParts, text_array(numbers))) unknown.emplace_back(row[0].c_str());
    return unknown;
}

constexpr auto kListMachines = sql("SELECT ", kMachineColumns, R"sql(
      FROM machines
     WHERE ($1::text IS NULL OR site = $1) AND ($2::text IS NULL OR area = $2) AND ($3::text IS NULL OR line = $3)
       AND ($4::text IS NULL OR state = $4) AND name > $5
     ORDER BY name
     LIMIT $6
)sql");
std::vector<Machine> list_machines(Transaction& tx, const MachineFilter& filter, const rest::Page& page) {
    std::vector<Machine> machines;
    for (const auto& row : tx.exec(kListMachines, filter.site, filter.area, filter.line, filter.state,
                                   page.starting_after, page.limit + 1)) {
        machines.push_back(read_machine(row));
    }
    return machines;
}

constexpr auto kListGaps = sql("SELECT ", kGapColumns, R"sql(
      FROM machine_gaps
     WHERE machine = $1 AND ($2::text IS NULL OR state = $2) AND ($3 = '' OR id < $3)
     ORDER BY id DESC
     LIMIT $4
)sql");
std::vector<MachineGap> list_gaps(Transaction& tx, const std::string& machine, std::optional<GapState> state,
                                  const rest::Page& page) {
    std::optional<std::string> in_state;
    if (state) in_state = to_string(*state);
    std::vector<MachineGap> gaps;
    for (const auto& row : tx.exec(kListGaps, machine, in_state, page.starting_after, page.limit + 1)) {
        gaps.push_back(read_gap(row));
    }
    return gaps;
}

constexpr auto kGiveUpGap = R"sql(
    UPDATE machine_gaps
       SET state = 'given_up', closed_at = now()
     WHERE machine = $1 AND id = $2 AND state = 'open'
)sql";
bool give_up_gap(Transaction& tx, const std::string& machine, const GapId& id) {
    return tx.exec(kGiveUpGap, machine, id.value()).affected_rows() == 1;
}

constexpr auto kFindGap = sql("SELECT ", kGapColumns, "FROM machine_gaps WHERE machine = $1 AND id = $2");
std::optional<MachineGap> find_gap(Transaction& tx, const std::string& machine, const GapId& id) {
    const auto rows = tx.exec(kFindGap, machine, id.value());
    if (rows.empty()) return {};
    return read_gap(rows.front());
}

constexpr auto kListEvents = sql("SELECT boot, seq, type, data, ", select_times("ts", "received_at"), R"sql(
      FROM production_events
     WHERE machine = $1 AND ($2::bigint IS NULL OR (boot, seq) < ($2, $3::bigint)) AND ($4::text IS NULL OR type = $4)
     ORDER BY boot DESC, seq DESC
     LIMIT $5
)sql");
std::vector<PastEvent> list_events(Transaction& tx, const std::string& machine, const EventFilter& filter) {
    tx.plan_for_values();
    std::vector<PastEvent> events;
    for (const auto& row : tx.exec(kListEvents, machine, filter.before_boot, filter.before_seq, filter.type,
                                   filter.limit + 1)) {
        events.push_back({.machine = machine,
                          .boot = row["boot"].as<std::int64_t>(),
                          .seq = row["seq"].as<std::int64_t>(),
                          .type = row["type"].c_str(),
                          .ts = read_time(row["ts"]),
                          .received_at = read_time(row["received_at"]),
                          .data = row["data"].c_str()});
    }
    return events;
}

}  // namespace catalog::store
