#include "events/delivery_service.hpp"

#include <algorithm>

#include "core/enum_names.hpp"
#include "events/audit.hpp"
#include "postgres/sql.hpp"

namespace events {
namespace {

constexpr core::Names<DeliveryStatus, 5> kStatuses{{
    {DeliveryStatus::open, "open"},
    {DeliveryStatus::waiting, "waiting"},
    {DeliveryStatus::delivered, "delivered"},
    {DeliveryStatus::parked, "parked"},
    {DeliveryStatus::discarded, "discarded"},
}};

using postgres::select_times;
using postgres::sql;

constexpr auto kSelectDeliveries =
    sql("SELECT d.id, destination, state, tries, reason, ",
        select_times("due_at", "tried_at", "closed_at", "created_at"),
        ", event_id, d.type, d.subject, version, traceparent, ", select_times("published_at"),
        ", seq, forget_data OR data IS NULL AS hidden, data "
        "FROM event_deliveries AS d JOIN outbox USING (seq) ");

constexpr auto kFilter =
    sql("($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR destination = $2) AND "
        "($3::text IS NULL OR d.type = $3) AND ($4::text IS NULL OR d.subject = $4) ");

Delivery read(const postgres::Row& row) {
    return {.id = DeliveryId::trusted(row["id"].c_str()),
            .destination = row["destination"].c_str(),
            .status = parse_delivery_status(row["state"].c_str()).value(),
            .tries = row["tries"].as<std::int64_t>(),
            .reason = row["reason"].c_str(),
            .due_at = postgres::read_optional_time(row["due_at"]),
            .tried_at = postgres::read_optional_time(row["tried_at"]),
            .closed_at = postgres::read_optional_time(row["closed_at"]),
            .created_at = postgres::read_time(row["created_at"]),
            .seq = row["seq"].as<std::int64_t>(),
            .event = {.id = row["event_id"].c_str(),
                      .source = {},
                      .type = row["type"].c_str(),
                      .subject = row["subject"].c_str(),
                      .time = postgres::read_time(row["published_at"]),
                      .version = row["version"].as<std::int64_t>(),
                      .traceparent = row["traceparent"].c_str(),
                      .data = row["data"].c_str()},
            .data_is_hidden = row["hidden"].as<bool>()};
}

template <class... Rest>
postgres::Rows filtered(postgres::Transaction& tx, std::string_view statement, const DeliveryFilter& filter,
                        const Rest&... rest) {
    std::optional<std::string> status;
    if (filter.status) status = to_string(*filter.status);
    tx.plan_for_values();
    return tx.exec(statement, status, filter.destination, filter.type, filter.subject, rest...);
}

constexpr auto kFind = sql(kSelectDeliveries, "WHERE d.id = $1");
core::Result<Delivery> load(postgres::Transaction& tx, const DeliveryId& id) {
    const auto rows = tx.exec(kFind, id.value());
    if (rows.empty()) return core::not_found("no delivery " + id.value());
    return read(rows.front());
}

constexpr auto kLock = "SELECT FROM event_deliveries WHERE id = $1 FOR UPDATE";
// Before it is changed: no worker decides at the same time what waits for it.
core::Result<Delivery> load_locked(postgres::Transaction& tx, const DeliveryId& id) {
    const auto found = load(tx, id);
    if (!found) return found.error();
    store::lock_keys(tx, found->destination);
    tx.exec(kLock, id.value());
    return load(tx, id);
}

}  // namespace

std::string_view to_string(DeliveryStatus status) {
    return core::name_of(kStatuses, status);
}

std::optional<DeliveryStatus> parse_delivery_status(std::string_view text) {
    return core::find_name(kStatuses, text);
}

core::Result<Delivery> Deliveries::find(const DeliveryId& id) {
    return db_.single([&](postgres::Transaction& tx) { return load(tx, id); });
}

constexpr auto kList =
    sql(kSelectDeliveries, "WHERE ", kFilter, "AND ($5 = '' OR d.id < $5) ORDER BY d.id DESC LIMIT $6");
std::vector<Delivery> Deliveries::list(const DeliveryFilter& filter, const rest::Page& page) {
    return db_.transact([&](postgres::Transaction& tx) {
        std::vector<Delivery> deliveries;
        for (const auto& row : filtered(tx, kList, filter, page.starting_after, page.limit + 1)) {
            deliveries.push_back(read(row));
        }
        return deliveries;
    });
}

// One that waits is due at once; what waits behind it goes with it.
constexpr auto kReplay = R"sql(
    UPDATE event_deliveries
       SET state = CASE WHEN due_at IS NULL THEN 'open' ELSE 'waiting' END,
           due_at = CASE WHEN due_at IS NULL THEN NULL ELSE now() END,
           tries = 0, closed_at = NULL
     WHERE id = $1 AND (state IN ('parked', 'delivered', 'discarded') OR due_at IS NOT NULL)
)sql";
core::Result<Delivery> Deliveries::replay(const DeliveryId& id, const http::Request& by) {
    return db_.transact([&](postgres::Transaction& tx) -> core::Result<Delivery> {
        const auto found = load_locked(tx, id);
        if (!found) return found.error();
        if (found->event.data.empty()) return core::conflict("its data has been erased");
        tx.exec(kReplay, id.value());
        audit(tx, by, service_ + ".delivery_replayed", id.value(), AuditOutcome::done);
        return load(tx, id);
    });
}

constexpr auto kDiscard = R"sql(
    UPDATE event_deliveries
       SET state = 'discarded', due_at = NULL, closed_at = now()
     WHERE id = $1 AND state IN ('open', 'waiting', 'parked')
)sql";
core::Result<Delivery> Deliveries::discard(const DeliveryId& id, const http::Request& by) {
    return db_.transact([&](postgres::Transaction& tx) -> core::Result<Delivery> {
        const auto found = load_locked(tx, id);
        if (!found) return found.error();
        if (found->status == DeliveryStatus::delivered) return core::conflict("it was delivered");
        tx.exec(kDiscard, id.value());
        store::unblock_keys(tx, found->destination);
        postgres::BigintArray seqs;
        seqs.add(found->seq);
        store::erase_data(tx, seqs);
        audit(tx, by, service_ + ".delivery_discarded", id.value(), AuditOutcome::done);
        return load(tx, id);
    });
}

constexpr auto kCountParked = sql("SELECT count(*) FROM event_deliveries AS d WHERE ", kFilter);
// `act` does it in the transaction, and answers how many there were.
template <class Act>
Deliveries::Report Deliveries::act_on_parked(DeliveryFilter filter, int most, bool dry_run,
                                             const http::Request& by, const char* action, Act act) {
    filter.status = DeliveryStatus::parked;
    return db_.transact([&](postgres::Transaction& tx) {
        const auto matched = filtered(tx, kCountParked, filter).front()[0].as<std::int64_t>();
        Report report{std::min<std::int64_t>(matched, most), 0};
        if (dry_run) return report;
        report.done = act(tx, filter);
        audit(tx, by, service_ + action, "deliveries", AuditOutcome::done,
              {{"destination", filter.destination.value_or("")},
               {"type", filter.type.value_or("")},
               {"subject", filter.subject.value_or("")},
               {"count", report.done}});
        return report;
    });
}

constexpr auto kReplayParked =
    sql("UPDATE event_deliveries SET state = 'open', tries = 0 WHERE id IN ("
        "SELECT d.id FROM event_deliveries AS d JOIN outbox USING (seq) WHERE ",
        kFilter, "AND data IS NOT NULL ORDER BY d.id LIMIT $5) AND state = 'parked'");
Deliveries::Report Deliveries::replay_all(const DeliveryFilter& filter, int most, bool dry_run,
                                          const http::Request& by) {
    return act_on_parked(filter, most, dry_run, by, ".deliveries_replayed",
                         [&](postgres::Transaction& tx, const DeliveryFilter& parked) {
                             const auto done = filtered(tx, kReplayParked, parked, most).affected_rows();
                             return static_cast<std::int64_t>(done);
                         });
}

constexpr auto kDiscardParked =
    sql("UPDATE event_deliveries SET state = 'discarded', closed_at = now() WHERE id IN ("
        "SELECT d.id FROM event_deliveries AS d WHERE ",
        kFilter, "ORDER BY d.id LIMIT $5) AND state = 'parked' RETURNING seq");
Deliveries::Report Deliveries::discard_all(const DeliveryFilter& filter, int most, bool dry_run,
                                           const http::Request& by) {
    return act_on_parked(filter, most, dry_run, by, ".deliveries_discarded",
                         [&](postgres::Transaction& tx, const DeliveryFilter& parked) {
                             const auto rows = filtered(tx, kDiscardParked, parked, most);
                             postgres::BigintArray seqs;
                             for (const auto& row : rows) seqs.add(row[0].as<std::int64_t>());
                             store::erase_data(tx, seqs);
                             return static_cast<std::int64_t>(rows.size());
                         });
}

constexpr auto kDeliveredThen =
    sql("FROM event_deliveries AS d JOIN outbox USING (seq) WHERE destination = $1 AND state = 'delivered' "
        "AND closed_at >= to_timestamp($2::bigint / 1000000.0) "
        "AND closed_at < to_timestamp($3::bigint / 1000000.0) ");

constexpr auto kCountDelivered = sql(
    "SELECT count(*) FILTER (WHERE data IS NOT NULL), count(*) FILTER (WHERE data IS NULL) ", kDeliveredThen);
constexpr auto kRedeliver =
    sql("UPDATE event_deliveries SET state = 'open', tries = 0, closed_at = NULL WHERE id IN (SELECT d.id ",
        kDeliveredThen, "AND data IS NOT NULL ORDER BY seq LIMIT $4) AND state = 'delivered'");
Deliveries::RedeliveryReport Deliveries::resend(const Redelivery& wanted, int most, bool dry_run,
                                                const http::Request& by) {
    const auto since = core::to_unix_us(wanted.since);
    const auto until = core::to_unix_us(wanted.until);
    return db_.transact([&](postgres::Transaction& tx) {
        tx.plan_for_values();
        const auto row = tx.exec(kCountDelivered, wanted.destination, since, until).front();
        RedeliveryReport report{std::min<std::int64_t>(row[0].as<std::int64_t>(), most), 0,
                                row[1].as<std::int64_t>()};
        if (dry_run) return report;
        const auto done = tx.exec(kRedeliver, wanted.destination, since, until, most).affected_rows();
        report.done = static_cast<std::int64_t>(done);
        audit(tx, by, service_ + ".deliveries_told_again", "deliveries", AuditOutcome::done,
              {{"destination", wanted.destination},
               {"since", core::to_rfc3339(wanted.since)},
               {"count", report.done}});
        return report;
    });
}

}  // namespace events
