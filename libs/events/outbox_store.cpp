#include "events/outbox_store.hpp"

#include <array>
#include <cstdio>

#include "postgres/sql.hpp"

namespace events::store {

// ---- routing

constexpr auto kListUnrouted =
    "SELECT seq, id, type, subject FROM outbox WHERE routed_at IS NULL ORDER BY seq LIMIT $1";
std::vector<Unrouted> list_unrouted(postgres::Transaction& tx, int most) {
    std::vector<Unrouted> events;
    for (const auto& row : tx.exec(kListUnrouted, most)) {
        events.push_back({row[0].as<std::int64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str()});
    }
    return events;
}

constexpr auto kMarkRouted = "UPDATE outbox SET routed_at = now() WHERE seq = ANY($1)";
void mark_routed(postgres::Transaction& tx, const postgres::BigintArray& seqs) {
    tx.exec(kMarkRouted, seqs.parameter());
}

constexpr auto kForgetEvents = "DELETE FROM outbox WHERE seq = ANY($1)";
void delete_expired_events(postgres::Transaction& tx, const postgres::BigintArray& seqs) {
    tx.exec(kForgetEvents, seqs.parameter());
}

constexpr auto kInsertDeliveries = R"sql(
    INSERT INTO event_deliveries (id, destination, seq, event_id, type, subject)
    SELECT *
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
)sql";
void insert_deliveries(postgres::Transaction& tx, const std::vector<NewDelivery>& deliveries) {
    postgres::TextArray ids, destinations, event_ids, types, subjects;
    postgres::BigintArray seqs;
    for (const auto& [event, destination] : deliveries) {
        ids.add(DeliveryId::make().value());
        destinations.add(*destination);
        seqs.add(event->seq);
        event_ids.add(event->id);
        types.add(event->type);
        subjects.add(event->subject);
    }
    tx.exec(kInsertDeliveries, ids.parameter(), destinations.parameter(), seqs.parameter(),
            event_ids.parameter(), types.parameter(), subjects.parameter());
}

constexpr auto kFindWork = R"sql(
    SELECT destination, EXISTS (SELECT FROM outbox WHERE routed_at IS NULL)
      FROM (SELECT '' AS destination
             UNION ALL
            SELECT destination
              FROM unnest($1::text[]) AS known (destination)
             WHERE EXISTS (SELECT FROM event_deliveries AS d
                            WHERE d.destination = known.destination AND state = 'open')
                OR EXISTS (SELECT FROM event_deliveries AS d
                            WHERE d.destination = known.destination AND state = 'waiting' AND due_at <= now())) AS busy
)sql";
Work find_work(postgres::Transaction& tx, const postgres::TextArray& destinations) {
    Work work;
    for (const auto& row : tx.exec(kFindWork, destinations.parameter())) {
        work.unrouted = row[1].as<bool>();
        if (*row[0].c_str() != '\0') work.destinations.emplace_back(row[0].c_str());
    }
    return work;
}

// ---- delivering
//
// Statements are planned once, perhaps while the tables are empty. OFFSET 0 keeps a subquery from becoming a
// join that reads every row for each row; states are excluded, not named, where a partial index on the one
// state would be read from end to end.

constexpr auto kClaim = postgres::sql(R"sql(
    SELECT next.id, next.seq, next.tries, forget_data, outbox.id AS event_id, outbox.type, outbox.subject, version,
           traceparent, )sql",
                                      postgres::select_times("published_at"), R"sql(, data
      FROM (SELECT id, seq, tries
              FROM event_deliveries AS d
             WHERE destination = $1 AND state = 'open'
               AND NOT EXISTS (SELECT FROM event_deliveries AS failed
                                WHERE failed.destination = d.destination AND failed.subject = d.subject
                                  AND failed.state = 'waiting' AND failed.seq < d.seq OFFSET 0)
             ORDER BY seq
             LIMIT $2) AS next
     CROSS JOIN LATERAL (SELECT * FROM outbox WHERE outbox.seq = next.seq OFFSET 0) AS outbox
     WHERE data IS NOT NULL
     ORDER BY next.seq
)sql");
std::vector<Claimed> claim(postgres::Transaction& tx, const std::string& destination, std::size_t most) {
    std::vector<Claimed> claimed;
    for (const auto& row : tx.exec(kClaim, destination, most)) {
        claimed.push_back({.id = row["id"].c_str(),
                           .seq = row["seq"].as<std::int64_t>(),
                           .tries = row["tries"].as<int>(),
                           .erase_data = row["forget_data"].as<bool>(),
                           .event = {.id = row["event_id"].c_str(),
                                     .source = {},
                                     .type = row["type"].c_str(),
                                     .subject = row["subject"].c_str(),
                                     .time = postgres::read_time(row["published_at"]),
                                     .version = row["version"].as<std::int64_t>(),
                                     .traceparent = row["traceparent"].c_str(),
                                     .data = row["data"].c_str()}});
    }
    return claimed;
}

constexpr auto kLockKeys = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7214386303))";
void lock_keys(postgres::Transaction& tx, const std::string& destination) {
    tx.exec(kLockKeys, destination);
}

constexpr auto kReleaseDue = R"sql(
    UPDATE event_deliveries
       SET state = 'open', due_at = NULL
     WHERE id = ANY(ARRAY(
               SELECT waiting.id
                 FROM (SELECT DISTINCT subject
                         FROM event_deliveries
                        WHERE destination = $1 AND state = 'waiting' AND due_at <= now()
                       OFFSET 0) AS due
                CROSS JOIN LATERAL (SELECT id
                                      FROM event_deliveries AS w
                                     WHERE w.destination = $1 AND w.subject = due.subject AND w.state = 'waiting'
                                    OFFSET 0) AS waiting))
       AND state NOT IN ('delivered', 'parked', 'discarded')
)sql";
bool release_due(postgres::Transaction& tx, const std::string& destination) {
    return tx.exec(kReleaseDue, destination).affected_rows() > 0;
}

constexpr auto kReleaseOrphans = R"sql(
    UPDATE event_deliveries AS d
       SET state = 'open'
     WHERE destination = $1 AND state = 'waiting' AND due_at IS NULL
       AND NOT EXISTS (SELECT FROM event_deliveries AS failed
                        WHERE failed.destination = d.destination AND failed.subject = d.subject
                          AND failed.state = 'waiting' AND failed.due_at IS NOT NULL AND failed.seq < d.seq
                       OFFSET 0)
)sql";
void unblock_keys(postgres::Transaction& tx, const std::string& destination) {
    tx.exec(kReleaseOrphans, destination);
}

constexpr auto kHold = R"sql(
    UPDATE event_deliveries AS d
       SET state = 'waiting'
     WHERE destination = $1 AND state = 'open'
       AND EXISTS (SELECT FROM event_deliveries AS failed
                    WHERE failed.destination = d.destination AND failed.subject = d.subject
                      AND failed.state = 'waiting' AND failed.seq < d.seq OFFSET 0)
)sql";
void block_keys(postgres::Transaction& tx, const std::string& destination) {
    tx.exec(kHold, destination);
}

// What an admin has discarded meanwhile stays discarded, here and below.
constexpr auto kMarkDelivered = R"sql(
    UPDATE event_deliveries
       SET state = 'delivered', tries = tries + 1, tried_at = now(), closed_at = now(), reason = ''
     WHERE id = ANY($1::text[]) AND state <> 'discarded'
)sql";
void mark_delivered(postgres::Transaction& tx, const postgres::TextArray& ids) {
    tx.exec(kMarkDelivered, ids.parameter());
}

// Of two lanes that deliver an event's last deliveries at once the second sees what the first has done: its
// next statement begins when it has the row.
constexpr auto kLockToForget =
    "SELECT FROM outbox WHERE seq = ANY($1::bigint[]) AND forget_data ORDER BY seq FOR NO KEY UPDATE";
constexpr auto kForgetData = R"sql(
    UPDATE outbox
       SET data = NULL
     WHERE seq = ANY($1::bigint[]) AND forget_data
       AND NOT EXISTS (SELECT FROM event_deliveries AS d
                        WHERE d.seq = outbox.seq AND state IN ('open', 'waiting', 'parked'))
)sql";
void erase_data(postgres::Transaction& tx, const postgres::BigintArray& seqs) {
    tx.exec(kLockToForget, seqs.parameter());
    tx.exec(kForgetData, seqs.parameter());
}

constexpr auto kPark = R"sql(
    UPDATE event_deliveries
       SET state = 'parked', tries = tries + 1, tried_at = now(), reason = $2
     WHERE id = $1 AND state NOT IN ('delivered', 'discarded')
)sql";
void park(postgres::Transaction& tx, const std::string& id, const std::string& reason) {
    tx.exec(kPark, id, reason);
}

constexpr auto kPostpone = R"sql(
    WITH failed AS (
        UPDATE event_deliveries
           SET state = 'waiting', tries = tries + 1, tried_at = now(), reason = $2,
               due_at = now() + $3 * interval '1 millisecond'
         WHERE id = $1 AND state NOT IN ('delivered', 'parked', 'discarded')
        RETURNING destination, subject, seq)
    UPDATE event_deliveries AS behind
       SET state = 'waiting'
      FROM failed
     WHERE behind.destination = failed.destination AND behind.subject = failed.subject
       AND behind.state = 'open' AND behind.seq > failed.seq
)sql";
void postpone(postgres::Transaction& tx, const std::string& id, const std::string& reason,
              std::chrono::milliseconds wait) {
    tx.exec(kPostpone, id, reason, static_cast<std::int64_t>(wait.count()));
}

// ---- retention

namespace {

constexpr int kAtOnce = 1000;

// Ids made before `time` are smaller.
std::string first_id_at(core::Time time) {
    std::array<char, 32> text{};
    const auto size = std::snprintf(text.data(), text.size(), "dlv_%012llx",
                                    static_cast<unsigned long long>(core::to_unix_us(time) / 1000));
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

constexpr auto kWaitedFor =
    "SELECT DISTINCT destination FROM event_deliveries WHERE state IN ('open', 'waiting')";
std::vector<std::string> waited_for(postgres::Transaction& tx) {
    std::vector<std::string> destinations;
    for (const auto& row : tx.exec(kWaitedFor)) destinations.emplace_back(row[0].c_str());
    return destinations;
}

constexpr auto kParkAbandoned = R"sql(
    UPDATE event_deliveries
       SET state = 'parked', due_at = NULL, reason = 'there is no such destination any more'
     WHERE id IN (SELECT id FROM event_deliveries
                   WHERE destination = $1 AND state IN ('open', 'waiting')
                     AND created_at < now() - interval '1 hour'
                   LIMIT $2)
)sql";
bool park_abandoned(postgres::Transaction& tx, const std::string& destination) {
    lock_keys(tx, destination);
    return tx.exec(kParkAbandoned, destination, kAtOnce).affected_rows() == kAtOnce;
}

constexpr auto kDeleteDeliveries = R"sql(
    DELETE FROM event_deliveries
     WHERE id IN (SELECT id FROM event_deliveries
                   WHERE id < $1 AND state IN ('delivered', 'discarded') ORDER BY id LIMIT $2)
    RETURNING seq
)sql";
constexpr auto kDeleteEvents = R"sql(
    DELETE FROM outbox
     WHERE seq = ANY($1::bigint[])
       AND NOT EXISTS (SELECT FROM event_deliveries AS d WHERE d.seq = outbox.seq)
)sql";
bool delete_old_deliveries(postgres::Transaction& tx, core::Time before) {
    const auto rows = tx.exec(kDeleteDeliveries, first_id_at(before), kAtOnce);
    postgres::BigintArray seqs;
    for (const auto& row : rows) seqs.add(row[0].as<std::int64_t>());
    if (!rows.empty()) tx.exec(kDeleteEvents, seqs.parameter());
    return rows.size() == kAtOnce;
}

constexpr auto kForgetLeft = R"sql(
    UPDATE outbox
       SET data = NULL
     WHERE seq IN (SELECT seq FROM outbox AS passing
                    WHERE forget_data AND data IS NOT NULL AND routed_at IS NOT NULL
                      AND NOT EXISTS (SELECT FROM event_deliveries AS d
                                       WHERE d.seq = passing.seq AND state IN ('open', 'waiting', 'parked'))
                    ORDER BY seq LIMIT $1)
)sql";
bool erase_left_data(postgres::Transaction& tx) {
    return tx.exec(kForgetLeft, kAtOnce).affected_rows() == kAtOnce;
}

constexpr auto kDeleteInbox = R"sql(
    DELETE FROM inbox
     WHERE (source, id) IN (SELECT source, id FROM inbox
                             WHERE received_at < now() - $1 * interval '1 day' ORDER BY received_at LIMIT $2)
)sql";
bool delete_old_inbox(postgres::Transaction& tx, std::chrono::days keep) {
    return tx.exec(kDeleteInbox, static_cast<std::int64_t>(keep.count()), kAtOnce).affected_rows() == kAtOnce;
}

// ---- metrics

constexpr auto kDepths = R"sql(
    SELECT destination, state, count, coalesce(extract(epoch FROM now() - published_at), 0)
      FROM (SELECT '' AS destination, 'unrouted' AS state, count(*) AS count, min(seq) AS first
              FROM outbox WHERE routed_at IS NULL
             UNION ALL
            SELECT destination, 'open', count(*), min(seq)
              FROM event_deliveries WHERE state = 'open' GROUP BY destination
             UNION ALL
            SELECT destination, 'waiting', count(*), min(seq)
              FROM event_deliveries WHERE state = 'waiting' GROUP BY destination
             UNION ALL
            SELECT destination, 'parked', count(*), min(seq)
              FROM event_deliveries WHERE state = 'parked' GROUP BY destination) AS depths
      LEFT JOIN outbox ON outbox.seq = first
)sql";
std::vector<Depth> depths(postgres::Transaction& tx) {
    std::vector<Depth> depths;
    for (const auto& row : tx.exec(kDepths)) {
        depths.push_back({row[0].c_str(), row[1].c_str(), row[2].as<std::int64_t>(), row[3].as<double>()});
    }
    return depths;
}

}  // namespace events::store
