#include "webhooks/subscription_store.hpp"

#include "postgres/sql.hpp"

namespace webhooks::subscription_store {
namespace {

using postgres::select_times;
using postgres::sql;

constexpr auto kColumns =
    sql("id, url, array_to_json(types) AS types, description, enabled, disabled_because, secret, "
        "old_secret, ",
        select_times("old_secret_until", "failing_since"), ", version, ",
        select_times("created_at", "updated_at"), " ");

Stored read(const postgres::Row& row) {
    const auto why = postgres::read_optional<std::string>(row["disabled_because"]);
    return {.subscription = {.id = SubscriptionId::trusted(row["id"].c_str()),
                             .draft = {.url = row["url"].c_str(),
                                       .types = core::json::Value::parse(row["types"].c_str())
                                                    .get<std::vector<std::string>>(),
                                       .description = row["description"].c_str(),
                                       .enabled = row["enabled"].as<bool>()},
                             .disabled_because = why ? parse_disabled(*why) : std::nullopt,
                             .old_secret_until = postgres::read_optional_time(row["old_secret_until"]),
                             .failing_since = postgres::read_optional_time(row["failing_since"]),
                             .version = row["version"].as<std::int64_t>(),
                             .created_at = postgres::read_time(row["created_at"]),
                             .updated_at = postgres::read_time(row["updated_at"])},
            .secret = row["secret"].c_str(),
            .old_secret = postgres::read_optional<std::string>(row["old_secret"])};
}

std::vector<Stored> read_all(const postgres::Rows& rows) {
    std::vector<Stored> all;
    for (const auto& row : rows) all.push_back(read(row));
    return all;
}

std::optional<Stored> read_one(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read(rows.front());
}

}  // namespace

constexpr auto kInsert = R"sql(
    INSERT INTO subscriptions (id, url, types, description, enabled, secret) VALUES ($1, $2, $3::text[], $4, $5, $6)
)sql";
void insert(Transaction& tx, const SubscriptionId& id, const SubscriptionDraft& draft,
            const std::string& secret) {
    tx.exec(kInsert, id.value(), draft.url, postgres::text_array(draft.types), draft.description,
            draft.enabled, secret);
}

constexpr auto kFind = sql("SELECT ", kColumns, "FROM subscriptions WHERE id = $1");
std::optional<Stored> find(Transaction& tx, const std::string& id) {
    return read_one(tx.exec(kFind, id));
}

constexpr auto kFindForUpdate =
    sql("SELECT ", kColumns, "FROM subscriptions WHERE id = $1 FOR NO KEY UPDATE");
std::optional<Stored> find_for_update(Transaction& tx, const std::string& id) {
    return read_one(tx.exec(kFindForUpdate, id));
}

constexpr auto kList = sql("SELECT ", kColumns, R"sql(
      FROM subscriptions
     WHERE $1 = '' OR id < $1
     ORDER BY id DESC
     LIMIT $2
)sql");
std::vector<Stored> list(Transaction& tx, const rest::Page& page) {
    return read_all(tx.exec(kList, page.starting_after, page.limit + 1));
}

constexpr auto kListEnabled = sql("SELECT ", kColumns, "FROM subscriptions WHERE enabled ORDER BY id");
std::vector<Stored> list_enabled(Transaction& tx) {
    return read_all(tx.exec(kListEnabled));
}

constexpr auto kListForUpdate = sql("SELECT ", kColumns, "FROM subscriptions ORDER BY id FOR NO KEY UPDATE");
std::vector<Stored> list_for_update(Transaction& tx) {
    return read_all(tx.exec(kListForUpdate));
}

constexpr auto kSave = R"sql(
    UPDATE subscriptions
       SET url = $2, types = $3::text[], description = $4, enabled = $5,
           disabled_because = CASE WHEN NOT $5 THEN disabled_because END,
           failing_since = CASE WHEN enabled AND url = $2 THEN failing_since END,
           version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save(Transaction& tx, const SubscriptionId& id, const SubscriptionDraft& draft) {
    tx.exec(kSave, id.value(), draft.url, postgres::text_array(draft.types), draft.description,
            draft.enabled);
}

constexpr auto kSaveSecret = R"sql(
    UPDATE subscriptions
       SET old_secret = secret, old_secret_until = to_timestamp($3::bigint / 1000000.0), secret = $2,
           version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_secret(Transaction& tx, const SubscriptionId& id, const std::string& secret, core::Time old_until) {
    tx.exec(kSaveSecret, id.value(), secret, core::to_unix_us(old_until));
}

constexpr auto kSaveLocks = "UPDATE subscriptions SET secret = $2, old_secret = $3 WHERE id = $1";
void save_locks(Transaction& tx, const SubscriptionId& id, const std::string& secret,
                const std::optional<std::string>& old_secret) {
    tx.exec(kSaveLocks, id.value(), secret, old_secret);
}

constexpr auto kRemove = "DELETE FROM subscriptions WHERE id = $1";
constexpr auto kDiscard = R"sql(
    UPDATE event_deliveries
       SET state = 'discarded', due_at = NULL, closed_at = now(), reason = 'the subscription was removed'
     WHERE destination = $1 AND state IN ('open', 'waiting', 'parked')
)sql";
void remove(Transaction& tx, const SubscriptionId& id) {
    tx.exec(kRemove, id.value());
    tx.exec(kDiscard, id.value());
}

// The id of a delivery begins with the time it was made at: 48 bits of milliseconds.
constexpr auto kReplay = R"sql(
    UPDATE event_deliveries
       SET state = 'open', tries = 0, closed_at = NULL
     WHERE id IN (SELECT d.id
                    FROM event_deliveries AS d
                    JOIN outbox USING (seq)
                   WHERE destination = $1 AND d.id >= 'dlv_' || lpad(to_hex(greatest($2::bigint / 1000, 0)), 12, '0')
                     AND (state = 'parked' OR ($3::boolean AND state IN ('delivered', 'discarded')))
                     AND data IS NOT NULL
                   ORDER BY seq
                   LIMIT $4
                     FOR UPDATE OF d)
)sql";
std::int64_t replay(Transaction& tx, const SubscriptionId& id, core::Time since, bool all, int most) {
    tx.plan_for_values();
    return static_cast<std::int64_t>(
        tx.exec(kReplay, id.value(), core::to_unix_us(since), all, most).affected_rows());
}

constexpr auto kDisable = R"sql(
    UPDATE subscriptions
       SET enabled = false, disabled_because = $2, version = version + 1, updated_at = now()
     WHERE id = $1 AND enabled
)sql";
bool disable(Transaction& tx, const SubscriptionId& id, Disabled why) {
    return tx.exec(kDisable, id.value(), std::string{to_string(why)}).affected_rows() > 0;
}

constexpr auto kNote = R"sql(
    UPDATE subscriptions
       SET failing_since = CASE WHEN NOT $2::boolean THEN coalesce(failing_since, now()) END
     WHERE id = $1 AND $2::boolean = (failing_since IS NOT NULL)
)sql";
constexpr auto kFailingSince =
    sql("SELECT ", select_times("failing_since"), " FROM subscriptions WHERE id = $1");
std::optional<core::Time> note(Transaction& tx, const SubscriptionId& id, bool succeeded) {
    tx.exec(kNote, id.value(), succeeded);
    const auto rows = tx.exec(kFailingSince, id.value());
    if (rows.empty()) return {};
    return postgres::read_optional_time(rows[0][0]);
}

// ---- attempts

constexpr auto kInsertAttempts = R"sql(
    INSERT INTO subscription_attempts (id, subscription_id, event_id, event_type, at, took_ms, status, failure, answer)
    SELECT a.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[],
                           $7::bigint[], $8::text[], $9::text[])
        AS a (id, subscription_id, event_id, event_type, at, took_ms, status, failure, answer)
      JOIN subscriptions s ON s.id = subscription_id
       FOR KEY SHARE OF s
)sql";
void insert_attempts(Transaction& tx, std::span<const SubscriptionAttempt> attempts) {
    postgres::TextArray ids, subscriptions, event_ids, event_types, failures, answers;
    postgres::TimeArray at;
    postgres::BigintArray took, statuses;
    for (const auto& attempt : attempts) {
        ids.add(attempt.id.value());
        subscriptions.add(attempt.subscription.value());
        event_ids.add(attempt.event_id);
        event_types.add(attempt.event_type);
        at.add(attempt.at);
        took.add(attempt.took.count());
        attempt.status ? statuses.add(*attempt.status) : statuses.add_null();
        failures.add(attempt.failure);
        answers.add(attempt.answer);
    }
    tx.exec(kInsertAttempts, ids.parameter(), subscriptions.parameter(), event_ids.parameter(),
            event_types.parameter(), at.parameter(), took.parameter(), statuses.parameter(),
            failures.parameter(), answers.parameter());
}

constexpr auto kListAttempts = R"sql(
    SELECT id, subscription_id, event_id, event_type, (extract(epoch FROM at) * 1000000)::bigint, took_ms, status,
           failure, answer
      FROM subscription_attempts
     WHERE subscription_id = $1 AND ($2::text IS NULL OR event_id = $2)
       AND ($3::boolean IS NULL OR $3 = (coalesce(status, 0) BETWEEN 200 AND 299)) AND ($4 = '' OR id < $4)
     ORDER BY id DESC
     LIMIT $5
)sql";
std::vector<SubscriptionAttempt> list_attempts(Transaction& tx, const SubscriptionId& id,
                                               const AttemptFilter& filter, const rest::Page& page) {
    tx.plan_for_values();
    std::vector<SubscriptionAttempt> attempts;
    for (const auto& row : tx.exec(kListAttempts, id.value(), filter.event_id, filter.ok, page.starting_after,
                                   page.limit + 1)) {
        attempts.push_back({.id = SubscriptionAttemptId::trusted(row[0].c_str()),
                            .subscription = SubscriptionId::trusted(row[1].c_str()),
                            .event_id = row[2].c_str(),
                            .event_type = row[3].c_str(),
                            .at = postgres::read_time(row[4]),
                            .took = std::chrono::milliseconds{row[5].as<std::int64_t>()},
                            .status = postgres::read_optional<int>(row[6]),
                            .failure = row[7].c_str(),
                            .answer = row[8].c_str()});
    }
    return attempts;
}

// The id of an attempt begins with its time: 48 bits of milliseconds.
constexpr auto kForgetAttempts = R"sql(
    DELETE FROM subscription_attempts
     WHERE id < 'att_' || lpad(to_hex((extract(epoch FROM now() - $1 * interval '1 day') * 1000)::bigint), 12, '0')
)sql";
void forget_attempts(Transaction& tx, int after_days) {
    tx.exec(kForgetAttempts, after_days);
}

}  // namespace webhooks::subscription_store
