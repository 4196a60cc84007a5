#include "catalog/ingest/ingest_store.hpp"

#include "postgres/transaction.hpp"

namespace catalog::store {
namespace {

using postgres::BigintArray;
using postgres::read_optional;
using postgres::text_array;
using postgres::TextArray;
using postgres::TimeArray;

// Positions, or keys of boots, as columns.
struct Positions {
    TextArray machines;
    BigintArray boots;
    BigintArray seqs;
    void add(const Position& at) {
        machines.add(at.machine);
        boots.add(at.boot);
        seqs.add(at.seq);
    }
};
struct BootKeys {
    TextArray machines;
    BigintArray boots;
    void add(const BootKey& key) {
        machines.add(key.machine);
        boots.add(key.boot);
    }
};

}  // namespace

constexpr auto kLockMachines = R"sql(
    SELECT name, topic, boot
      FROM machines
     WHERE name = ANY ($1::text[])
     ORDER BY name
       FOR NO KEY UPDATE
)sql";
std::vector<MachineRow> lock_machines(Transaction& tx, const std::vector<std::string_view>& names) {
    std::vector<MachineRow> machines;
    for (const auto& row : tx.exec(kLockMachines, text_array(names))) {
        machines.push_back({row[0].c_str(), row[1].c_str(), read_optional<std::int64_t>(row[2])});
    }
    return machines;
}

constexpr auto kBoots = R"sql(
    SELECT machine, boot, first_seq, last_seq
      FROM machine_boots
      JOIN unnest($1::text[], $2::bigint[]) AS asked (machine, boot) USING (machine, boot)
)sql";
std::vector<BootRow> boots(Transaction& tx, std::span<const BootKey> keys) {
    BootKeys columns;
    for (const auto& key : keys) columns.add(key);
    std::vector<BootRow> found;
    for (const auto& row : tx.exec(kBoots, columns.machines.parameter(), columns.boots.parameter())) {
        found.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
                         row[3].as<std::int64_t>()});
    }
    return found;
}

constexpr auto kGapsMissing = R"sql(
    SELECT DISTINCT id, machine, boot, from_seq, to_seq, missing::text, state = 'given_up'
      FROM machine_gaps
      JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) AS asked (machine, boot, seq) USING (machine, boot)
     WHERE state <> 'filled' AND missing @> seq
)sql";
std::vector<GapRow> gaps_missing(Transaction& tx, std::span<const Position> positions) {
    Positions columns;
    for (const auto& at : positions) columns.add(at);
    std::vector<GapRow> found;
    for (const auto& row : tx.exec(kGapsMissing, columns.machines.parameter(), columns.boots.parameter(),
                                   columns.seqs.parameter())) {
        found.push_back({row[1].c_str(), row[2].as<std::int64_t>(),
                         Gap{.id = row[0].c_str(),
                             .range = {row[3].as<std::int64_t>(), row[4].as<std::int64_t>()},
                             .missing = parse_ranges(row[5].c_str()),
                             .given_up = row[6].as<bool>()}});
    }
    return found;
}

constexpr auto kEventsAt = R"sql(
    SELECT machine, boot, seq, type, data
      FROM production_events
      JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) AS asked (machine, boot, seq) USING (machine, boot, seq)
)sql";
std::vector<EventRow> events_at(Transaction& tx, std::span<const Position> positions) {
    Positions columns;
    for (const auto& at : positions) columns.add(at);
    std::vector<EventRow> found;
    for (const auto& row : tx.exec(kEventsAt, columns.machines.parameter(), columns.boots.parameter(),
                                   columns.seqs.parameter())) {
        found.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(), row[3].c_str(),
                         row[4].c_str()});
    }
    return found;
}

constexpr auto kUnitsOf = R"sql(
    SELECT asked.item, unit
      FROM unnest($1::text[]) AS asked (item)
      JOIN parts ON asked.item = 'part:' || number AND number = substr(asked.item, 6)
     UNION ALL
    SELECT asked.item, unit
      FROM unnest($1::text[]) AS asked (item)
      JOIN materials ON asked.item = 'material:' || code AND code = substr(asked.item, 10)
)sql";
std::map<std::string, Unit, std::less<>> units_of(Transaction& tx, const std::vector<std::string>& items) {
    std::map<std::string, Unit, std::less<>> units;
    for (const auto& row : tx.exec(kUnitsOf, text_array(items))) {
        units.emplace(row[0].c_str(), Unit::parse(row[1].c_str()).value());
    }
    return units;
}

namespace {

struct CounterColumns {
    TextArray machines, parts, revisions, work_orders;
    BigintArray boots, good, scrap;
    void add(const CounterKey& key) {
        machines.add(key.machine);
        boots.add(key.boot);
        parts.add(key.part);
        revisions.add(key.revision);
        work_orders.add(key.work_order);
    }
    void add(const Totals& totals) {
        good.add(totals.good.micro());
        scrap.add(totals.scrap.micro());
    }
};

}  // namespace

constexpr auto kCounters = R"sql(
    SELECT machine, part, revision, work_order, boot, good_total_micro, scrap_total_micro
      FROM production_counters
      JOIN unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
           AS asked (machine, boot, part, revision, work_order) USING (machine, boot, part, revision, work_order)
)sql";
std::vector<CounterRow> counters(Transaction& tx, std::span<const CounterKey> keys) {
    CounterColumns columns;
    for (const auto& key : keys) columns.add(key);
    std::vector<CounterRow> found;
    for (const auto& row :
         tx.exec(kCounters, columns.machines.parameter(), columns.boots.parameter(),
                 columns.parts.parameter(), columns.revisions.parameter(), columns.work_orders.parameter())) {
        found.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                         row[4].as<std::int64_t>(),
                         Totals{Quantity::from_micro(row[5].as<std::int64_t>()),
                                Quantity::from_micro(row[6].as<std::int64_t>())}});
    }
    return found;
}

constexpr auto kReportedLevels = R"sql(
    SELECT boot, seq
      FROM reported_levels
     WHERE machine = $1 AND item = $2
)sql";
std::optional<SeqOfBoot> reported_level(Transaction& tx, std::string_view machine, std::string_view item) {
    const auto rows = tx.exec(kReportedLevels, std::string{machine}, std::string{item});
    if (rows.empty()) return {};
    return SeqOfBoot{rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()};
}

// ---- what is written

constexpr auto kInsertEvents = R"sql(
    INSERT INTO production_events (machine, boot, seq, type, ts, received_at, data)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[],
                         $7::text[])
)sql";
void insert_events(Transaction& tx, std::span<const NewEvent> events) {
    Positions positions;
    TextArray types, data;
    TimeArray ts, received_at;
    for (const auto& event : events) {
        positions.add(event.at);
        types.add(event.type);
        ts.add(event.ts);
        received_at.add(event.received_at);
        data.add(event.data);
    }
    tx.exec(kInsertEvents, positions.machines.parameter(), positions.boots.parameter(),
            positions.seqs.parameter(), types.parameter(), ts.parameter(), received_at.parameter(),
            data.parameter());
}

constexpr auto kSaveBoots = R"sql(
    INSERT INTO machine_boots (machine, boot, first_seq, last_seq)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
        ON CONFLICT (machine, boot) DO UPDATE SET first_seq = excluded.first_seq, last_seq = excluded.last_seq
)sql";
void save_boots(Transaction& tx, std::span<const BootState> boots) {
    BootKeys keys;
    BigintArray first, last;
    for (const auto& boot : boots) {
        keys.add(boot.key);
        first.add(boot.first_seq);
        last.add(boot.last_seq);
    }
    tx.exec(kSaveBoots, keys.machines.parameter(), keys.boots.parameter(), first.parameter(),
            last.parameter());
}

constexpr auto kSaveGaps = R"sql(
    INSERT INTO machine_gaps (id, machine, boot, from_seq, to_seq, missing, state, closed_at)
    SELECT id, machine, boot, from_seq, to_seq, missing::int8multirange,
           CASE WHEN missing = '{}' THEN 'filled' ELSE 'open' END, CASE WHEN missing = '{}' THEN now() END
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
           AS gap (id, machine, boot, from_seq, to_seq, missing)
        ON CONFLICT (id) DO UPDATE
       SET missing = excluded.missing, state = excluded.state, closed_at = excluded.closed_at
)sql";
void save_gaps(Transaction& tx, std::span<const GapState> gaps) {
    BootKeys keys;
    TextArray ids, missing;
    BigintArray from, to;
    for (const auto& [key, gap] : gaps) {
        ids.add(gap->id.empty() ? GapId::make().value() : gap->id);
        keys.add(key);
        from.add(gap->range.from);
        to.add(gap->range.to);
        missing.add(to_multirange(gap->missing));
    }
    tx.exec(kSaveGaps, ids.parameter(), keys.machines.parameter(), keys.boots.parameter(), from.parameter(),
            to.parameter(), missing.parameter());
}

constexpr auto kAcks = R"sql(
    SELECT topic, boots.boot, boots.last_seq,
           coalesce((SELECT min(lower(missing)) - 1
                       FROM machine_gaps AS gaps
                      WHERE gaps.machine = boots.machine AND gaps.boot = boots.boot AND gaps.state <> 'filled'
                        AND gaps.state = 'open'), boots.last_seq)
      FROM machine_boots AS boots
      JOIN unnest($1::text[], $2::bigint[]) AS asked (machine, boot) USING (machine, boot)
      JOIN machines ON name = boots.machine
     ORDER BY name, boots.boot
)sql";
std::vector<contracts::MachineAck> acks(Transaction& tx, std::span<const BootKey> keys) {
    BootKeys columns;
    for (const auto& key : keys) columns.add(key);
    std::vector<contracts::MachineAck> found;
    for (const auto& row : tx.exec(kAcks, columns.machines.parameter(), columns.boots.parameter())) {
        found.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
                         row[3].as<std::int64_t>()});
    }
    return found;
}

constexpr auto kSaveCounters = R"sql(
    INSERT INTO production_counters (machine, boot, part, revision, work_order, good_total_micro, scrap_total_micro)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
        ON CONFLICT (machine, boot, part, revision, work_order) DO UPDATE
       SET good_total_micro = excluded.good_total_micro, scrap_total_micro = excluded.scrap_total_micro
)sql";
void save_counters(Transaction& tx, const std::map<CounterKey, Totals>& counters) {
    CounterColumns columns;
    for (const auto& [key, totals] : counters) {
        columns.add(key);
        columns.add(totals);
    }
    tx.exec(kSaveCounters, columns.machines.parameter(), columns.boots.parameter(), columns.parts.parameter(),
            columns.revisions.parameter(), columns.work_orders.parameter(), columns.good.parameter(),
            columns.scrap.parameter());
}

constexpr auto kAddToHours = R"sql(
    INSERT INTO production_hours (part, machine, hour, good_micro, scrap_micro)
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[])
        ON CONFLICT (part, machine, hour) DO UPDATE
       SET good_micro = production_hours.good_micro + excluded.good_micro,
           scrap_micro = production_hours.scrap_micro + excluded.scrap_micro
)sql";
void add_to_hours(Transaction& tx, const std::map<HourKey, Totals>& hours) {
    TextArray parts, machines;
    TimeArray at;
    BigintArray good, scrap;
    for (const auto& [key, made] : hours) {
        parts.add(key.part);
        machines.add(key.machine);
        at.add(key.hour);
        good.add(made.good.micro());
        scrap.add(made.scrap.micro());
    }
    tx.exec(kAddToHours, parts.parameter(), machines.parameter(), at.parameter(), good.parameter(),
            scrap.parameter());
}

constexpr auto kAddToProductionOrders = R"sql(
    UPDATE production_orders
       SET good_micro = production_orders.good_micro + made.good, scrap_micro = production_orders.scrap_micro + made.scrap,
           published_good_micro = production_orders.good_micro + made.good
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS made (id, part, good, scrap)
     WHERE production_orders.id = made.id AND production_orders.part = made.part
 RETURNING production_orders.id, order_id, position, quantity_micro, good_micro,
           good_micro / 1000000 > (good_micro - made.good) / 1000000
)sql";
std::vector<Progress> add_to_production_orders(Transaction& tx, const std::map<WorkKey, Totals>& made) {
    TextArray ids, parts;
    BigintArray good, scrap;
    for (const auto& [key, totals] : made) {
        ids.add(key.work_order);
        parts.add(key.part);
        good.add(totals.good.micro());
        scrap.add(totals.scrap.micro());
    }
    const auto rows = tx.exec(kAddToProductionOrders, ids.parameter(), parts.parameter(), good.parameter(),
                              scrap.parameter());
    auto progress = read_progress(rows);
    std::vector<Progress> whole;
    for (std::size_t i = 0; i < progress.size(); ++i) {
        if (rows[static_cast<std::size_t>(i)][5].as<bool>()) whole.push_back(std::move(progress[i]));
    }
    return whole;
}

constexpr auto kAddToLots = R"sql(
    INSERT INTO lots (material, lot, supplier, received_micro, consumed_micro)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
        ON CONFLICT (material, lot) DO UPDATE
       SET received_micro = lots.received_micro + excluded.received_micro,
           consumed_micro = lots.consumed_micro + excluded.consumed_micro,
           supplier = CASE WHEN excluded.supplier = '' THEN lots.supplier ELSE excluded.supplier END
)sql";
void add_to_lots(Transaction& tx, const std::map<LotKey, LotChange>& lots) {
    TextArray materials, names, suppliers;
    BigintArray received, consumed;
    for (const auto& [key, change] : lots) {
        materials.add(key.material);
        names.add(key.lot);
        suppliers.add(change.supplier);
        received.add(change.received.micro());
        consumed.add(change.consumed.micro());
    }
    tx.exec(kAddToLots, materials.parameter(), names.parameter(), suppliers.parameter(), received.parameter(),
            consumed.parameter());
}

constexpr auto kSaveLevel = R"sql(
    INSERT INTO reported_levels (machine, item, boot, seq)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT (machine, item) DO UPDATE SET boot = excluded.boot, seq = excluded.seq
)sql";
void save_level(Transaction& tx, const Position& at, std::string_view item) {
    tx.exec(kSaveLevel, std::string{at.machine}, std::string{item}, at.boot, at.seq);
}

namespace {

// Positions that may be missing, as columns.
struct OptionalPositions {
    BigintArray boots;
    BigintArray seqs;
    void add(const std::optional<Position>& at) {
        at ? boots.add(at->boot) : boots.add_null();
        at ? seqs.add(at->seq) : seqs.add_null();
    }
};

struct PendingEventColumns {
    TextArray names;
    OptionalPositions newest;
    TimeArray seen_at;
    TextArray states, firmware;
    TimeArray state_at;
    OptionalPositions running_at;
    TextArray running_parts, running_revisions;
    OptionalPositions downtime_at;
    postgres::BoolArray down;
    TimeArray down_since;

    void add(std::string_view name, const MachineNews& news) {
        names.add(name);
        newest.add(news.newest);
        seen_at.add(news.seen_at);
        news.state ? states.add(news.state->online ? "online" : "offline") : states.add_null();
        news.state ? firmware.add(news.state->firmware) : firmware.add_null();
        state_at.add(news.state_at);
        running_at.add(news.running_at);
        news.running ? running_parts.add(news.running->part) : running_parts.add_null();
        news.running ? running_revisions.add(news.running->revision) : running_revisions.add_null();
        downtime_at.add(news.downtime_at);
        down.add(news.down);
        down_since.add(news.down_since);
    }
};

}  // namespace

// Each of what a machine told has its own age: a message that comes late changes nothing newer.
constexpr auto kSavePendingEvents = R"sql(
    UPDATE machines
       SET boot = CASE WHEN is_newest THEN news.boot ELSE machines.boot END,
           last_seq = CASE WHEN is_newest THEN news.seq ELSE machines.last_seq END,
           last_seen_at = greatest(machines.last_seen_at, nullif(news.seen_at, 'epoch'::timestamptz)),
           state = CASE WHEN is_state THEN news.state ELSE machines.state END,
           state_at = CASE WHEN is_state THEN news.state_at ELSE machines.state_at END,
           firmware = CASE WHEN is_state THEN coalesce(nullif(news.firmware, ''), machines.firmware)
                           ELSE machines.firmware END,
           running_part = CASE WHEN runs THEN news.running_part ELSE machines.running_part END,
           running_rev = CASE WHEN runs THEN nullif(news.running_rev, '') ELSE machines.running_rev END,
           running_boot = CASE WHEN runs THEN news.running_boot ELSE machines.running_boot END,
           running_seq = CASE WHEN runs THEN news.running_seq ELSE machines.running_seq END,
           down = CASE WHEN stops THEN news.down ELSE machines.down END,
           down_since = CASE WHEN NOT stops THEN machines.down_since WHEN news.down THEN news.down_since END,
           down_boot = CASE WHEN stops THEN news.down_boot ELSE machines.down_boot END,
           down_seq = CASE WHEN stops THEN news.down_seq ELSE machines.down_seq END
      FROM (SELECT told.*,
                   told.boot IS NOT NULL AND (known.boot IS NULL OR (told.boot, told.seq) > (known.boot, known.last_seq))
                       AS is_newest,
                   told.state IS NOT NULL AND (known.state_at IS NULL OR told.state_at >= known.state_at) AS is_state,
                   told.running_boot IS NOT NULL AND (known.running_boot IS NULL OR
                       (told.running_boot, told.running_seq) > (known.running_boot, known.running_seq)) AS runs,
                   told.down_boot IS NOT NULL AND (known.down_boot IS NULL OR
                       (told.down_boot, told.down_seq) > (known.down_boot, known.down_seq)) AS stops
              FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[],
                          $7::timestamptz[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[],
                          $13::bigint[], $14::bool[], $15::timestamptz[])
                   AS told (name, boot, seq, seen_at, state, firmware, state_at, running_boot, running_seq,
                            running_part, running_rev, down_boot, down_seq, down, down_since)
              JOIN machines AS known ON known.name = told.name) AS news
     WHERE machines.name = news.name
)sql";
void save_pending_events(Transaction& tx, const std::map<std::string_view, MachineNews>& news) {
    PendingEventColumns to;
    for (const auto& [name, told] : news) to.add(name, told);
    tx.exec(kSavePendingEvents, to.names.parameter(), to.newest.boots.parameter(), to.newest.seqs.parameter(),
            to.seen_at.parameter(), to.states.parameter(), to.firmware.parameter(), to.state_at.parameter(),
            to.running_at.boots.parameter(), to.running_at.seqs.parameter(), to.running_parts.parameter(),
            to.running_revisions.parameter(), to.downtime_at.boots.parameter(),
            to.downtime_at.seqs.parameter(), to.down.parameter(), to.down_since.parameter());
}

}  // namespace catalog::store
