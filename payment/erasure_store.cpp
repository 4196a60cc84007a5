#include "payment/erasure.hpp"

namespace payment::store {
namespace {

std::vector<Body> read_bodies(const postgres::Rows& rows) {
    std::vector<Body> bodies;
    for (const auto& row : rows)
        bodies.push_back({core::EventId::trusted(row[0].c_str()), row[1].c_str(), row[2].c_str()});
    return bodies;
}

}  // namespace

constexpr auto kNoteErasedOrder = R"sql(
    INSERT INTO erased_orders (order_id) VALUES ($1) ON CONFLICT (order_id) DO NOTHING
)sql";
void note_erased_order(postgres::Transaction& tx, const std::string& order_id) {
    tx.exec(kNoteErasedOrder, order_id);
}

constexpr auto kLockBodiesOf = R"sql(
    SELECT event_id, (SELECT account FROM events WHERE id = event_bodies.event_id), body
      FROM event_bodies
     WHERE event_id IN (SELECT id FROM events WHERE order_id = $1) AND sent_sha256 IS NULL
     ORDER BY event_id
       FOR UPDATE
)sql";
std::vector<Body> lock_bodies_of(postgres::Transaction& tx, const std::string& order_id) {
    return read_bodies(tx.exec(kLockBodiesOf, order_id));
}

constexpr auto kLockLateBodies = R"sql(
    SELECT event_id, (SELECT account FROM events WHERE id = event_bodies.event_id), body
      FROM event_bodies
     WHERE sent_sha256 IS NULL
       AND event_id IN (SELECT id FROM events JOIN erased_orders USING (order_id))
     ORDER BY event_id
     LIMIT $1
       FOR UPDATE SKIP LOCKED
)sql";
std::vector<Body> lock_late_bodies(postgres::Transaction& tx, int most) {
    return read_bodies(tx.exec(kLockLateBodies, most));
}

constexpr auto kSaveRedacted = R"sql(
    UPDATE event_bodies SET body = $2, sent_sha256 = $3 WHERE event_id = $1
)sql";
void save_redacted(postgres::Transaction& tx, const Body& body, const std::string& sent_sha256) {
    tx.exec(kSaveRedacted, body.event_id.value(), body.body, sent_sha256);
}

}  // namespace payment::store
