#include "payment/store.hpp"

#include "postgres/sql.hpp"

namespace payment::store {
namespace {

using core::from_unix_us;
using postgres::select_time_as;
using postgres::sql;

constexpr auto kEventColumns =
    sql("e.id, e.account, e.provider_event_id, e.type, e.livemode, ",
        select_time_as("e.provider_created_at", "created_us"), ", ",
        select_time_as("e.received_at", "received_us"),
        ", e.order_id, e.payment, e.charge, e.fact_kind, e.fact_subject, e.fact_amount_minor, "
        "e.fact_currency, e.payment_amount_minor, e.status, e.reason, e.detail, e.attempts, e.traceparent, ",
        select_time_as("e.next_attempt_at", "next_us"), " ");
constexpr auto kSelectEvents = sql("SELECT ", kEventColumns, "FROM events e ");

std::string text(const postgres::Field& field) {
    return field.is_null() ? std::string{} : field.as<std::string>();
}

std::optional<ReportedFact> read_statement(const postgres::Row& row) {
    if (row["fact_kind"].is_null()) return {};
    ReportedFact statement{*contracts::parse_fact_kind(row["fact_kind"].as<std::string>()),
                           text(row["fact_subject"]),
                           {row["fact_amount_minor"].as<std::int64_t>(),
                            *core::Currency::parse(row["fact_currency"].as<std::string>())},
                           {}};
    if (const auto whole = row["payment_amount_minor"]; !whole.is_null()) {
        statement.payment_amount_minor = whole.as<std::int64_t>();
    }
    return statement;
}

StoredEvent read(const postgres::Row& row) {
    StoredEvent event{
        .id = core::EventId::trusted(row["id"].as<std::string>()),
        .account = text(row["account"]),
        .provider_event_id = text(row["provider_event_id"]),
        .type = text(row["type"]),
        .livemode = row["livemode"].as<bool>(),
        .created_at = from_unix_us(row["created_us"].as<std::int64_t>()),
        .received_at = from_unix_us(row["received_us"].as<std::int64_t>()),
        .order = text(row["order_id"]),
        .payment = text(row["payment"]),
        .charge = text(row["charge"]),
        .statement = read_statement(row),
        .status = *parse_status(row["status"].as<std::string>()),
        .reason = text(row["reason"]),
        .detail = text(row["detail"]),
        .attempts = row["attempts"].as<int>(),
        .next_attempt_at = {},
        .traceparent = text(row["traceparent"]),
    };
    if (const auto next = row["next_us"]; !next.is_null())
        event.next_attempt_at = from_unix_us(next.as<std::int64_t>());
    return event;
}

std::vector<StoredEvent> read_all(const postgres::Rows& rows) {
    std::vector<StoredEvent> events;
    events.reserve(rows.size());
    for (const auto& row : rows) events.push_back(read(row));
    return events;
}

void add_or_null(postgres::TextArray& array, std::string_view value) {
    if (value.empty())
        array.add_null();
    else
        array.add(value);
}

// The far ends of time stand for "no limit", so that one statement serves every filter.
std::int64_t from_or_ever(const std::optional<core::Time>& time) {
    return time ? core::to_unix_us(*time) : 0;
}
std::int64_t to_or_ever(const std::optional<core::Time>& time) {
    constexpr std::int64_t kYear9999Us = 253402300799000000;
    return time ? core::to_unix_us(*time) : kYear9999Us;
}

std::string status_text(const EventFilter& filter) {
    return filter.status ? std::string{to_string(*filter.status)} : std::string{};
}

}  // namespace

// ---- the way in

// Sorted by the unique key, so that two lists with the same events can't wait for each other.
constexpr std::string_view kInsertEvents = R"sql(
    WITH incoming AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[],
                             $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[],
                             $14::bigint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[])
            AS i (id, account, provider_event_id, type, livemode, created_us, order_id,
                  payment, charge, fact_kind, fact_subject, fact_amount_minor, fact_currency,
                  payment_amount_minor, status, detail, payment_id, body, traceparent)
         ORDER BY account, provider_event_id
    ), stored AS (
        INSERT INTO events (id, account, provider_event_id, type, livemode, provider_created_at, order_id, payment,
                            charge, fact_kind, fact_subject, fact_amount_minor, fact_currency, payment_amount_minor,
                            status, reason, detail, next_attempt_at, traceparent)
        SELECT id, account, provider_event_id, type, livemode, to_timestamp(created_us / 1000000.0), order_id, payment,
               charge, fact_kind, fact_subject, fact_amount_minor, fact_currency, payment_amount_minor,
               status, CASE status WHEN 'parked' THEN 'unreadable' END, detail,
               CASE status WHEN 'open' THEN now() + $20::bigint * interval '1 millisecond' END,
               traceparent
          FROM incoming
            ON CONFLICT (account, provider_event_id) DO NOTHING
        RETURNING id
    ), bodies AS (
        INSERT INTO event_bodies (event_id, body)
        SELECT i.id, i.body FROM incoming i JOIN stored s ON s.id = i.id
    ), links AS (
        INSERT INTO payments (id, account, provider_payment_id, order_id)
        SELECT i.payment_id, i.account, i.payment, i.order_id
          FROM incoming i
         WHERE i.payment_id IS NOT NULL
           AND NOT (i.payment = coalesce(i.charge, '') AND EXISTS (
                   SELECT 1 FROM payment_charges c WHERE c.account = i.account AND c.charge = i.charge))
         ORDER BY i.account, i.payment
            ON CONFLICT (account, provider_payment_id) DO NOTHING
    ), charges AS (
        INSERT INTO payment_charges (account, charge, payment)
        SELECT DISTINCT ON (account, charge) account, charge, payment
          FROM incoming
         WHERE charge <> payment
         ORDER BY account, charge
            ON CONFLICT (account, charge) DO NOTHING
    )
    SELECT id FROM stored
)sql";

std::vector<std::string> insert_events(postgres::Transaction& tx, std::span<const NewEvent> events,
                                       std::chrono::milliseconds hold) {
    postgres::TextArray id, account, provider_event_id, type, order, payment, charge, kind, subject, currency,
        status, detail, payment_id, body, traceparent;
    postgres::BigintArray created_us, amount, payment_amount;
    postgres::BoolArray livemode;
    for (const auto& [event, raw] : events) {
        id.add(event.id.value());
        account.add(event.account);
        provider_event_id.add(event.provider_event_id);
        type.add(event.type);
        livemode.add(event.livemode);
        created_us.add(core::to_unix_us(event.created_at));
        add_or_null(order, event.order);
        add_or_null(payment, event.payment);
        add_or_null(charge, event.charge);
        add_or_null(kind, event.statement ? contracts::to_string(event.statement->kind) : std::string_view{});
        add_or_null(subject,
                    event.statement ? std::string_view{event.statement->subject} : std::string_view{});
        add_or_null(currency, event.statement ? event.statement->amount.currency.code() : std::string_view{});
        if (event.statement)
            amount.add(event.statement->amount.amount_minor);
        else
            amount.add_null();
        if (event.statement && event.statement->payment_amount_minor) {
            payment_amount.add(*event.statement->payment_amount_minor);
        } else {
            payment_amount.add_null();
        }
        status.add(to_string(event.status));
        add_or_null(detail, event.detail);
        const bool links = !event.payment.empty() && core::OrderId::parse(event.order);
        add_or_null(payment_id, links ? core::PaymentId::make().value() : std::string{});
        body.add(raw);
        traceparent.add(event.traceparent);
    }
    const auto rows = tx.exec(
        kInsertEvents, id.parameter(), account.parameter(), provider_event_id.parameter(), type.parameter(),
        livemode.parameter(), created_us.parameter(), order.parameter(), payment.parameter(),
        charge.parameter(), kind.parameter(), subject.parameter(), amount.parameter(), currency.parameter(),
        payment_amount.parameter(), status.parameter(), detail.parameter(), payment_id.parameter(),
        body.parameter(), traceparent.parameter(), static_cast<std::int64_t>(hold.count()));
    std::vector<std::string> stored;
    stored.reserve(rows.size());
    for (const auto& row : rows) stored.push_back(row[0].as<std::string>());
    return stored;
}

constexpr auto kFindKnown = sql("SELECT ", kEventColumns, R"sql(
      FROM unnest($1::text[], $2::text[]) AS k (account, provider_event_id)
      JOIN events e ON e.account = k.account AND e.provider_event_id = k.provider_event_id
)sql");

std::vector<StoredEvent> find_known(postgres::Transaction& tx, std::span<const StoredEvent> events) {
    postgres::TextArray account, provider_event_id;
    for (const auto& event : events) {
        account.add(event.account);
        provider_event_id.add(event.provider_event_id);
    }
    return read_all(tx.exec(kFindKnown, account.parameter(), provider_event_id.parameter()));
}

constexpr std::string_view kResolveOrders = R"sql(
    SELECT k.n, coalesce(c.payment, k.payment) AS payment, p.order_id
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k (account, payment, n)
      LEFT JOIN payment_charges c ON c.account = k.account AND c.charge = k.payment
      LEFT JOIN payments p ON p.account = k.account AND p.provider_payment_id = coalesce(c.payment, k.payment)
)sql";

void resolve_orders(postgres::Transaction& tx, std::span<StoredEvent* const> events) {
    postgres::TextArray account, payment;
    for (const auto* event : events) {
        account.add(event->account);
        payment.add(event->payment);
    }
    for (const auto& row : tx.exec(kResolveOrders, account.parameter(), payment.parameter())) {
        auto& event = *events[row["n"].as<std::size_t>() - 1];
        event.payment = text(row["payment"]);
        if (event.order.empty()) event.order = text(row["order_id"]);
    }
}

constexpr std::string_view kSaveAttempts = R"sql(
    WITH tried AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                             $8::bigint[], $9::bigint[])
            AS t (event_id, status, cause, outcome, detail, order_id, payment, retry_ms, answer)
    ), settled AS (
        UPDATE events e
           SET status = CASE WHEN e.status = 'applied' THEN e.status ELSE t.status END,
               reason = CASE WHEN e.status = 'applied' OR t.status IN ('applied', 'ignored') THEN NULL ELSE t.outcome END,
               detail = CASE WHEN e.status = 'applied' OR t.status IN ('applied', 'ignored') THEN NULL ELSE t.detail END,
               order_id = coalesce(e.order_id, t.order_id),
               payment = coalesce(t.payment, e.payment),
               attempts = e.attempts + 1,
               next_attempt_at = CASE WHEN e.status <> 'applied' AND t.status = 'open'
                                      THEN now() + t.retry_ms * interval '1 millisecond' END
          FROM tried t
         WHERE e.id = t.event_id
        RETURNING e.id, e.attempts
    )
    INSERT INTO event_attempts (event_id, n, cause, outcome, detail, answer)
    SELECT t.event_id, s.attempts, t.cause, t.outcome, t.detail, t.answer
      FROM tried t JOIN settled s ON s.id = t.event_id
)sql";

void save_attempts(postgres::Transaction& tx, std::span<const Attempt> attempts) {
    postgres::TextArray id, status, cause, outcome, detail, order, payment;
    postgres::BigintArray retry_ms, answer;
    for (const auto& attempt : attempts) {
        id.add(attempt.event->id.value());
        status.add(to_string(attempt.status));
        cause.add(attempt.cause);
        outcome.add(to_string(attempt.outcome));
        add_or_null(detail, attempt.detail);
        add_or_null(order, attempt.event->order);
        add_or_null(payment, attempt.event->payment);
        retry_ms.add(attempt.retry_in.count());
        if (attempt.answer)
            answer.add(*attempt.answer);
        else
            answer.add_null();
    }
    tx.exec(kSaveAttempts, id.parameter(), status.parameter(), cause.parameter(), outcome.parameter(),
            detail.parameter(), order.parameter(), payment.parameter(), retry_ms.parameter(),
            answer.parameter());
}

// Sorted, so that two lists with the same payments can't wait for each other. The number keeps them apart
// from other locks.
constexpr std::string_view kLockPayments = R"sql(
    SELECT pg_advisory_xact_lock(hashtextextended(payment, 7214386313))
      FROM (SELECT DISTINCT payment FROM unnest($1::text[]) AS asked (payment) ORDER BY payment) AS sorted
)sql";

void lock_payments(postgres::Transaction& tx, const std::vector<std::string>& payments) {
    postgres::TextArray array;
    for (const auto& payment : payments) array.add(payment);
    tx.exec(kLockPayments, array.parameter());
}

// Sorted likewise.
constexpr std::string_view kKeepPublished = R"sql(
    INSERT INTO published_facts (key) SELECT DISTINCT key FROM unnest($1::text[]) AS fact (key) ORDER BY key
        ON CONFLICT DO NOTHING
    RETURNING key
)sql";

std::set<std::string> keep_published(postgres::Transaction& tx, const std::vector<std::string>& keys) {
    postgres::TextArray array;
    for (const auto& key : keys) array.add(key);
    std::set<std::string> fresh;
    for (const auto& row : tx.exec(kKeepPublished, array.parameter())) fresh.emplace(row[0].c_str());
    return fresh;
}

constexpr auto kClaimDue = sql(R"sql(
    WITH due AS (
        SELECT id FROM events
         WHERE status IN ('open', 'parked') AND status = 'open' AND next_attempt_at <= now()
         ORDER BY id
         LIMIT $1
           FOR UPDATE SKIP LOCKED
    )
    UPDATE events e
       SET next_attempt_at = now() + $2::bigint * interval '1 millisecond'
      FROM due
     WHERE e.id = due.id
    RETURNING )sql",
                               kEventColumns);

std::vector<StoredEvent> claim_due(postgres::Transaction& tx, int most, std::chrono::milliseconds lease) {
    return read_all(tx.exec(kClaimDue, most, static_cast<std::int64_t>(lease.count())));
}

constexpr std::string_view kMakeUnavailableDue = R"sql(
    UPDATE events
       SET next_attempt_at = now()
     WHERE status IN ('open', 'parked') AND status = 'open' AND reason = 'orders_unavailable'
       AND next_attempt_at > now()
)sql";

void make_unavailable_due(postgres::Transaction& tx) {
    tx.exec(kMakeUnavailableDue);
}

// ---- for admins: an empty filter value fits everything, each statement has the index it needs

constexpr auto kFilter =
    sql("($2 = '' OR e.status = $2) AND ($3 = '' OR e.type = $3) AND ($4 = '' OR e.reason = $4) AND "
        "e.received_at >= to_timestamp($5::bigint / 1000000.0) AND "
        "e.received_at < to_timestamp($6::bigint / 1000000.0) ");

constexpr auto kPage = sql("($7 = '' OR e.id < $7) ORDER BY e.id DESC LIMIT $8");

constexpr auto kListEvents = sql(kSelectEvents, "WHERE $1 = '' AND ", kFilter, "AND ", kPage);

constexpr auto kListEventsOfOrder = sql(kSelectEvents, "WHERE e.order_id = $1 AND ", kFilter, "AND ", kPage);

constexpr auto kListUnsettled =
    sql(kSelectEvents, "WHERE e.status IN ('open', 'parked') AND $1 = '' AND ", kFilter, "AND ", kPage);

std::vector<StoredEvent> list_events(postgres::Transaction& tx, const EventFilter& filter,
                                     const rest::Page& page) {
    const bool unsettled = filter.status == Status::open || filter.status == Status::parked;
    const std::string_view statement = !filter.order.empty() ? std::string_view{kListEventsOfOrder}
                                       : unsettled           ? std::string_view{kListUnsettled}
                                                             : std::string_view{kListEvents};
    return read_all(tx.exec(statement, filter.order, status_text(filter), filter.type, filter.reason,
                            from_or_ever(filter.received_after), to_or_ever(filter.received_before),
                            page.starting_after, page.limit + 1));
}

constexpr auto kListReplayable =
    sql(kSelectEvents, "WHERE e.status IN ('open', 'parked') AND ($1 = '' OR e.order_id = $1) AND ", kFilter,
        "ORDER BY e.id LIMIT $7");

std::vector<StoredEvent> list_replayable(postgres::Transaction& tx, const EventFilter& filter, int most) {
    return read_all(tx.exec(kListReplayable, filter.order, status_text(filter), filter.type, filter.reason,
                            from_or_ever(filter.received_after), to_or_ever(filter.received_before), most));
}

constexpr auto kListAppliedSince = sql("SELECT ", kEventColumns, R"sql(
      FROM events e
     WHERE e.status = 'applied' AND e.fact_kind IS NOT NULL AND e.id > $2
       AND EXISTS (SELECT FROM event_attempts a
                    WHERE a.event_id = e.id AND a.at >= to_timestamp($1::bigint / 1000000.0)
                      AND a.at < to_timestamp($3::bigint / 1000000.0))
     ORDER BY e.id
     LIMIT $4
)sql");

std::vector<StoredEvent> list_applied_since(postgres::Transaction& tx, core::Time since,
                                            const std::optional<core::Time>& until, const std::string& after,
                                            int most) {
    return read_all(tx.exec(kListAppliedSince, core::to_unix_us(since), after, to_or_ever(until), most));
}

constexpr std::string_view kReopen = R"sql(
    UPDATE events SET status = 'open', next_attempt_at = now() WHERE id = ANY($1::text[]) AND status = 'applied'
)sql";

void reopen(postgres::Transaction& tx, const std::vector<std::string>& ids) {
    postgres::TextArray array;
    for (const auto& id : ids) array.add(id);
    tx.exec(kReopen, array.parameter());
}

constexpr auto kFindEvent = sql(kSelectEvents, "WHERE e.id = $1 UNION ALL (", kSelectEvents,
                                "WHERE e.provider_event_id = $1 ORDER BY e.id LIMIT 1) LIMIT 1");

std::optional<StoredEvent> find_event(postgres::Transaction& tx, const std::string& id) {
    const auto rows = tx.exec(kFindEvent, id);
    if (rows.empty()) return {};
    return read(rows.front());
}

constexpr std::string_view kFindBody = "SELECT body FROM event_bodies WHERE event_id = $1";

std::optional<std::string> find_body(postgres::Transaction& tx, const core::EventId& id) {
    const auto rows = tx.exec(kFindBody, id.value());
    if (rows.empty()) return {};
    return rows.front()[0].as<std::string>();
}

constexpr std::string_view kListAttempts = R"sql(
    SELECT n, (extract(epoch FROM at) * 1000000)::bigint AS at_us, cause, outcome, detail, answer
      FROM event_attempts
     WHERE event_id = $1
     ORDER BY n
)sql";

std::vector<PastAttempt> list_attempts(postgres::Transaction& tx, const core::EventId& id) {
    std::vector<PastAttempt> attempts;
    for (const auto& row : tx.exec(kListAttempts, id.value())) {
        attempts.push_back({row["n"].as<int>(),
                            from_unix_us(row["at_us"].as<std::int64_t>()),
                            text(row["cause"]),
                            text(row["outcome"]),
                            text(row["detail"]),
                            {}});
        if (!row["answer"].is_null()) attempts.back().answer = row["answer"].as<int>();
    }
    return attempts;
}

// ---- payments

constexpr auto kSelectPayments = sql("SELECT p.id, p.account, p.provider_payment_id, p.order_id, ",
                                     select_time_as("p.created_at", "created_us"), " FROM payments p ");

namespace {

Payment read_payment(const postgres::Row& row) {
    return {core::PaymentId::trusted(row["id"].as<std::string>()), text(row["account"]),
            text(row["provider_payment_id"]), text(row["order_id"]),
            from_unix_us(row["created_us"].as<std::int64_t>())};
}

}  // namespace

constexpr auto kListPayments =
    sql(kSelectPayments, "WHERE $1 = '' AND ($2 = '' OR p.id < $2) ORDER BY p.id DESC LIMIT $3");
constexpr auto kListPaymentsOfOrder =
    sql(kSelectPayments, "WHERE p.order_id = $1 AND ($2 = '' OR p.id < $2) ORDER BY p.id DESC LIMIT $3");

std::vector<Payment> list_payments(postgres::Transaction& tx, const std::string& order,
                                   const rest::Page& page) {
    std::vector<Payment> payments;
    const std::string_view statement =
        order.empty() ? std::string_view{kListPayments} : std::string_view{kListPaymentsOfOrder};
    for (const auto& row : tx.exec(statement, order, page.starting_after, page.limit + 1)) {
        payments.push_back(read_payment(row));
    }
    return payments;
}

constexpr auto kFindPayment = sql(kSelectPayments, "WHERE p.id = $1 UNION ALL (", kSelectPayments,
                                  "WHERE p.provider_payment_id = $1 ORDER BY p.id LIMIT 1) LIMIT 1");

std::optional<Payment> find_payment(postgres::Transaction& tx, const std::string& id) {
    const auto rows = tx.exec(kFindPayment, id);
    if (rows.empty()) return {};
    return read_payment(rows.front());
}

constexpr auto kListApplied = sql("SELECT ", kEventColumns, R"sql(
      FROM unnest($1::text[], $2::text[], $3::text[]) AS p (account, payment, order_id)
      JOIN events e ON e.order_id = p.order_id AND e.account = p.account AND e.payment = p.payment
     WHERE e.status = 'applied' AND e.fact_kind IS NOT NULL
)sql");

std::vector<StoredEvent> list_applied(postgres::Transaction& tx, std::span<const Payment> payments) {
    postgres::TextArray account, payment, order;
    for (const auto& one : payments) {
        account.add(one.account);
        payment.add(one.provider_payment_id);
        order.add(one.order);
    }
    return read_all(tx.exec(kListApplied, account.parameter(), payment.parameter(), order.parameter()));
}

constexpr std::string_view kCountBacklog = R"sql(
    SELECT count(*) FILTER (WHERE status = 'open') AS open,
           count(*) FILTER (WHERE status = 'parked') AS parked,
           coalesce(extract(epoch FROM now() - min(received_at) FILTER (WHERE status = 'open')), 0)::float8 AS oldest_s
      FROM events
     WHERE status IN ('open', 'parked')
)sql";

Backlog count_backlog(postgres::Transaction& tx) {
    const auto row = tx.exec(kCountBacklog).front();
    return {row["open"].as<std::int64_t>(), row["parked"].as<std::int64_t>(), row["oldest_s"].as<double>()};
}

}  // namespace payment::store
