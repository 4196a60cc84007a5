#include "catalog/machines/command_store.hpp"

namespace catalog::store {
namespace {

using postgres::TextArray;

TextArray texts(const std::vector<std::string>& from) {
    TextArray array;
    for (const auto& text : from) array.add(text);
    return array;
}

}  // namespace

constexpr auto kInsert = R"sql(
    INSERT INTO machine_commands (id, machine, type, payload)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
)sql";
void insert_commands(Transaction& tx, std::span<const NewCommand> commands) {
    TextArray ids, machines, types, payloads;
    for (const auto& command : commands) {
        ids.add(command.id.value());
        machines.add(command.machine);
        types.add(command.type);
        payloads.add(command.payload);
    }
    tx.exec(kInsert, ids.parameter(), machines.parameter(), types.parameter(), payloads.parameter());
}

constexpr auto kDue = R"sql(
    SELECT id, topic || '/cmd/' || type, payload
      FROM machine_commands
      JOIN machines ON name = machine
     WHERE published_at IS NULL
       AND EXISTS (SELECT FROM unnest($1::text[]) AS scope WHERE starts_with(topic || '/', scope))
     ORDER BY state = 'online' DESC, id
     LIMIT $2
)sql";
std::vector<contracts::MachineCommand> due_commands(Transaction& tx, const std::vector<std::string>& scopes,
                                                    int most) {
    std::vector<contracts::MachineCommand> due;
    for (const auto& row : tx.exec(kDue, texts(scopes).parameter(), most)) {
        due.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str()});
    }
    return due;
}

constexpr auto kMarkPublished = R"sql(
    UPDATE machine_commands
       SET published_at = now()
     WHERE id = ANY ($1::text[]) AND published_at IS NULL
)sql";
void mark_published(Transaction& tx, const std::vector<std::string>& ids) {
    tx.exec(kMarkPublished, texts(ids).parameter());
}

constexpr auto kForget = "DELETE FROM machine_commands WHERE published_at < now() - interval '30 days'";
void forget_published_commands(Transaction& tx) {
    tx.exec(kForget);
}

// 5 s after the first time, doubled each time up to 10 minutes.
constexpr auto kAskForGaps = R"sql(
    WITH due AS (
        SELECT id
          FROM machine_gaps
         WHERE state = 'open' AND ask_at <= now()
           AND EXISTS (SELECT FROM machines, unnest($2::text[]) AS scope
                        WHERE name = machine_gaps.machine AND starts_with(topic || '/', scope))
           AND NOT EXISTS (SELECT FROM machine_commands AS waiting
                            WHERE waiting.machine = machine_gaps.machine AND type = 'resend' AND published_at IS NULL)
         ORDER BY ask_at
         LIMIT $1
           FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE machine_gaps
       SET asked = asked + 1, asked_at = now(),
           ask_at = now() + least(interval '5 seconds' * power(2, least(asked, 10)), interval '10 minutes')
      FROM due
     WHERE machine_gaps.id = due.id
    RETURNING machine, boot, lower(missing), upper(missing) - 1
)sql";
std::vector<DueGap> ask_for_gaps(Transaction& tx, const std::vector<std::string>& scopes, int most) {
    std::vector<DueGap> gaps;
    for (const auto& row : tx.exec(kAskForGaps, most, texts(scopes).parameter())) {
        gaps.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
                        row[3].as<std::int64_t>()});
    }
    return gaps;
}

}  // namespace catalog::store
