// The part of the store that payment facts go through, list by list: the hot path.
#include "orders/store.hpp"

namespace orders::store {
namespace {

using postgres::BigintArray;
using postgres::text_array;
using postgres::TextArray;

}  // namespace

constexpr auto kLockBooks = R"sql(
    SELECT id, currency, total_minor, canceled_at IS NOT NULL, payment_state, version
      FROM orders
     WHERE id = ANY ($1::text[])
     ORDER BY id
       FOR NO KEY UPDATE
)sql";
std::vector<StoredBook> lock_books(Transaction& tx, const std::vector<std::string_view>& ids) {
    std::vector<StoredBook> books;
    books.reserve(ids.size());
    for (const auto& row : tx.exec(kLockBooks, text_array(ids))) {
        books.push_back({.id = OrderId::trusted(row[0].c_str()),
                         .version = row[5].as<std::int64_t>(),
                         .book = {.currency = core::Currency::parse(row[1].c_str()).value(),
                                  .total_minor = row[2].as<std::int64_t>(),
                                  .canceled = row[3].as<bool>(),
                                  .settlement = {.state = parse_payment_state(row[4].c_str()).value()},
                                  .facts = {}}});
    }
    return books;
}

constexpr auto kFactsOf = R"sql(
    SELECT order_id, key, account, payment, kind, subject, amount_minor
      FROM payment_facts
     WHERE order_id = ANY ($1::text[])
     UNION ALL
    SELECT order_id, key, account, payment, kind, subject, amount_minor
      FROM payment_facts
     WHERE key = ANY ($2::text[]) AND order_id <> ALL ($1::text[])
)sql";
StoredFacts facts_of(Transaction& tx, const std::vector<StoredBook>& books,
                     const std::vector<std::string>& keys) {
    TextArray ids;
    for (const auto& book : books) ids.add(book.id.value());
    StoredFacts stored{tx.exec(kFactsOf, ids.parameter(), text_array(keys)), {}};
    stored.facts.reserve(static_cast<std::size_t>(stored.rows.size()));
    for (const auto& row : stored.rows) {
        const contracts::FactView fact{contracts::parse_fact_kind(row[4].c_str()).value(), row[5].c_str(),
                                       row[6].as<std::int64_t>()};
        stored.facts.push_back({row[0].c_str(), row[1].c_str(), {row[2].c_str(), row[3].c_str(), fact}});
    }
    return stored;
}

namespace {

struct FactColumns {
    TextArray keys;
    TextArray order_ids;
    BigintArray versions;
    TextArray accounts;
    TextArray payments;
    TextArray kinds;
    TextArray subjects;
    BigintArray amounts;
    TextArray currencies;
    BigintArray payment_amounts;
    TextArray event_ids;
    TextArray occurred_at;
    TextArray states_before;
    TextArray states_after;

    void add(const NewFact& added) {
        const auto& fact = *added.fact;
        keys.add(added.key);
        order_ids.add(fact.order_id);
        versions.add(added.version);
        accounts.add(fact.account);
        payments.add(fact.payment);
        kinds.add(to_string(fact.kind));
        subjects.add(fact.subject);
        amounts.add(fact.amount.amount_minor);
        currencies.add(fact.amount.currency.code());
        fact.payment_amount_minor ? payment_amounts.add(*fact.payment_amount_minor)
                                  : payment_amounts.add_null();
        event_ids.add(fact.event_id);
        occurred_at.add(fact.occurred_at);
        states_before.add(to_string(added.before));
        states_after.add(to_string(added.after));
    }
};

struct BookColumns {
    TextArray ids;
    TextArray states;
    BigintArray paid;
    BigintArray refunded;
    BigintArray disputed;
    BigintArray versions;

    void add(const StoredBook& stored) {
        const auto& settlement = stored.book.settlement;
        ids.add(stored.id.value());
        states.add(to_string(settlement.state));
        paid.add(settlement.paid_minor);
        refunded.add(settlement.refunded_minor);
        disputed.add(settlement.disputed_minor);
        versions.add(stored.version);
    }
};

}  // namespace

constexpr auto kApply = R"sql(
    WITH told AS (
        INSERT INTO payment_facts (key, order_id, version, account, payment, kind, subject, amount_minor, currency,
                                   payment_amount_minor, event_id, occurred_at, state_before, state_after)
        SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                             $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[],
                             $14::text[])
    )
    UPDATE orders
       SET payment_state = settled.payment_state, paid_minor = settled.paid_minor,
           refunded_minor = settled.refunded_minor, disputed_minor = settled.disputed_minor,
           version = settled.version, updated_at = now()
      FROM unnest($15::text[], $16::text[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[])
           AS settled (id, payment_state, paid_minor, refunded_minor, disputed_minor, version)
     WHERE orders.id = settled.id
)sql";
void apply(Transaction& tx, std::span<const NewFact> facts, std::span<const StoredBook* const> changed) {
    FactColumns fact;
    for (const auto& added : facts) fact.add(added);
    BookColumns book;
    for (const auto* stored : changed) book.add(*stored);
    tx.exec(kApply, fact.keys.parameter(), fact.order_ids.parameter(), fact.versions.parameter(),
            fact.accounts.parameter(), fact.payments.parameter(), fact.kinds.parameter(),
            fact.subjects.parameter(), fact.amounts.parameter(), fact.currencies.parameter(),
            fact.payment_amounts.parameter(), fact.event_ids.parameter(), fact.occurred_at.parameter(),
            fact.states_before.parameter(), fact.states_after.parameter(), book.ids.parameter(),
            book.states.parameter(), book.paid.parameter(), book.refunded.parameter(),
            book.disputed.parameter(), book.versions.parameter());
}

}  // namespace orders::store
