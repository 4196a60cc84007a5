#include "catalog/ingest/dead_letter_store.hpp"

#include <map>
#include <tuple>

#include "postgres/sql.hpp"

namespace catalog::store {
namespace {

using postgres::BigintArray;
using postgres::BytesArray;
using postgres::read_optional;
using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;
using postgres::TextArray;
using postgres::TimeArray;
using postgres::Transaction;

std::uint64_t size_of(const contracts::MachineMessage& message) {
    return message.size_of_cut.value_or(message.payload.size());
}

struct Columns {
    TextArray ids, verdicts, reasons, topics, machines;
    BytesArray payloads;
    BigintArray sizes, boots, seqs, times;
    TimeArray received_at, last_received_at;

    void add(const Refused& refused, std::int64_t count, core::Time last) {
        const auto& message = *refused.message;
        ids.add(DeadLetterId::make().value());
        verdicts.add(to_string(refused.verdict));
        reasons.add(refused.reason);
        topics.add(message.topic);
        payloads.add(message.payload);
        sizes.add(static_cast<std::int64_t>(size_of(message)));
        times.add(count);
        received_at.add(message.received_at);
        last_received_at.add(last);
        refused.machine ? machines.add(*refused.machine) : machines.add_null();
        refused.boot ? boots.add(*refused.boot) : boots.add_null();
        refused.seq ? seqs.add(*refused.seq) : seqs.add_null();
    }
};

}  // namespace

constexpr auto kKeep = R"sql(
    INSERT INTO dead_letters (id, verdict, reason, topic, payload, payload_bytes, sha256, machine, boot, seq,
                              times, received_at, last_received_at)
    SELECT id, verdict, reason, topic, payload, size,
           sha256(convert_to(length(topic) || ' ' || topic || ' ' || size || ' ', 'UTF8') || payload),
           machine, boot, seq, times, received_at, last_received_at
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::text[], $8::bigint[],
                  $9::bigint[], $10::bigint[], $11::timestamptz[], $12::timestamptz[])
           AS letter (id, verdict, reason, topic, payload, size, machine, boot, seq, times, received_at,
                      last_received_at)
     ORDER BY topic, size, payload
        ON CONFLICT (sha256) WHERE state = 'open' DO UPDATE
       SET times = dead_letters.times + excluded.times, last_received_at = excluded.last_received_at,
           verdict = excluded.verdict, reason = excluded.reason
)sql";
void keep_dead_letters(Transaction& tx, std::span<const Refused> refused) {
    struct Repeated {
        const Refused* first;
        std::int64_t times;
        core::Time last;
    };
    std::map<std::tuple<std::string_view, std::string_view, std::uint64_t>, Repeated> different;
    for (const auto& one : refused) {
        auto& repeated = different
                             .try_emplace({one.message->topic, one.message->payload, size_of(*one.message)},
                                          Repeated{&one, 0, {}})
                             .first->second;
        ++repeated.times;
        repeated.last = one.message->received_at;
    }
    Columns columns;
    for (const auto& [key, repeated] : different) columns.add(*repeated.first, repeated.times, repeated.last);
    tx.exec(kKeep, columns.ids.parameter(), columns.verdicts.parameter(), columns.reasons.parameter(),
            columns.topics.parameter(), columns.payloads.parameter(), columns.sizes.parameter(),
            columns.machines.parameter(), columns.boots.parameter(), columns.seqs.parameter(),
            columns.times.parameter(), columns.received_at.parameter(), columns.last_received_at.parameter());
}

// ---- for admins

constexpr auto kSelectDeadLetters =
    sql("SELECT id, verdict, reason, topic, payload, payload_bytes, machine, boot, seq, times, ",
        select_times("received_at", "last_received_at"), ", state, ", select_times("closed_at"),
        " FROM dead_letters ");

constexpr auto kFilter =
    sql("($1::text IS NULL OR verdict = $1) AND ($2::text IS NULL OR machine = $2) AND "
        "($3::text IS NULL OR topic = $3) AND "
        "($4::bigint IS NULL OR received_at >= to_timestamp($4 / 1000000.0)) AND "
        "($5::bigint IS NULL OR received_at < to_timestamp($5 / 1000000.0)) ");

namespace {

DeadLetter read(const postgres::Row& row) {
    return {.id = DeadLetterId::trusted(row["id"].c_str()),
            .verdict = contracts::parse_verdict(row["verdict"].c_str()).value(),
            .reason = row["reason"].c_str(),
            .topic = row["topic"].c_str(),
            .payload = row["payload"].bytes(),
            .payload_bytes = row["payload_bytes"].as<std::int64_t>(),
            .machine = read_optional<std::string>(row["machine"]),
            .boot = read_optional<std::int64_t>(row["boot"]),
            .seq = read_optional<std::int64_t>(row["seq"]),
            .times = row["times"].as<std::int64_t>(),
            .received_at = read_time(row["received_at"]),
            .last_received_at = read_time(row["last_received_at"]),
            .state = parse_dead_letter_state(row["state"].c_str()).value(),
            .closed_at = read_optional_time(row["closed_at"])};
}

std::optional<DeadLetter> read_first(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read(rows.front());
}

std::optional<std::string> verdict_of(const DeadLetterFilter& filter) {
    if (!filter.verdict) return {};
    return std::string{to_string(*filter.verdict)};
}
std::optional<std::int64_t> unix_us(const std::optional<core::Time>& time) {
    if (!time) return {};
    return core::to_unix_us(*time);
}

template <class... Rest>
postgres::Rows filtered(Transaction& tx, std::string_view statement, const DeadLetterFilter& filter,
                        const Rest&... rest) {
    tx.plan_for_values();
    return tx.exec(statement, verdict_of(filter), filter.machine, filter.topic,
                   unix_us(filter.received_after), unix_us(filter.received_before), rest...);
}

}  // namespace

constexpr auto kFind = sql(kSelectDeadLetters, "WHERE id = $1");
std::optional<DeadLetter> find_dead_letter(Transaction& tx, const DeadLetterId& id) {
    return read_first(tx.exec(kFind, id.value()));
}

constexpr auto kFindForUpdate = sql(kSelectDeadLetters, "WHERE id = $1 FOR UPDATE");
std::optional<DeadLetter> find_dead_letter_for_update(Transaction& tx, const DeadLetterId& id) {
    return read_first(tx.exec(kFindForUpdate, id.value()));
}

constexpr auto kList =
    sql(kSelectDeadLetters, "WHERE ", kFilter,
        "AND ($6::text IS NULL OR state = $6) AND ($7 = '' OR id < $7) ORDER BY id DESC LIMIT $8");
std::vector<DeadLetter> list_dead_letters(Transaction& tx, const DeadLetterFilter& filter,
                                          const rest::Page& page) {
    std::optional<std::string> state;
    if (filter.state) state = to_string(*filter.state);
    std::vector<DeadLetter> letters;
    for (const auto& row : filtered(tx, kList, filter, state, page.starting_after, page.limit + 1)) {
        letters.push_back(read(row));
    }
    return letters;
}

constexpr auto kOpen =
    sql("SELECT id FROM dead_letters WHERE state = 'open' AND ", kFilter, "ORDER BY id LIMIT $6");
std::vector<DeadLetterId> open_dead_letters(Transaction& tx, const DeadLetterFilter& filter, int most) {
    std::vector<DeadLetterId> ids;
    for (const auto& row : filtered(tx, kOpen, filter, most)) {
        ids.push_back(DeadLetterId::trusted(row[0].c_str()));
    }
    return ids;
}

constexpr auto kCountOpen = sql("SELECT count(*) FROM dead_letters WHERE state = 'open' AND ", kFilter);
std::int64_t count_open_dead_letters(Transaction& tx, const DeadLetterFilter& filter) {
    return filtered(tx, kCountOpen, filter).front()[0].as<std::int64_t>();
}

constexpr auto kClose = R"sql(
    UPDATE dead_letters
       SET state = $2, closed_at = now()
     WHERE id = $1
)sql";
void close_dead_letter(Transaction& tx, const DeadLetterId& id, DeadLetterState state) {
    tx.exec(kClose, id.value(), std::string{to_string(state)});
}

constexpr auto kSaveRefusal = R"sql(
    UPDATE dead_letters
       SET verdict = $2, reason = $3
     WHERE id = $1
)sql";
void save_refusal(Transaction& tx, const DeadLetterId& id, contracts::MessageOutcome verdict,
                  const std::string& reason) {
    tx.exec(kSaveRefusal, id.value(), std::string{to_string(verdict)}, reason);
}

}  // namespace catalog::store
