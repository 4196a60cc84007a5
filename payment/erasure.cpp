#include "payment/erasure.hpp"

#include "core/digest.hpp"
#include "core/periodic_task.hpp"
#include "payment/providers/registry.hpp"

namespace payment {
namespace {

using postgres::Transaction;

void redact_bodies(Transaction& tx, const std::vector<store::Body>& bodies) {
    for (const auto& [event_id, account, body] : bodies)
        store::save_redacted(tx, {event_id, account, provider_of(account).redact(body)},
                             core::sha256_hex(body));
}

}  // namespace

core::Result<void> erase_order(Transaction& tx, const events::Event& event) {
    store::note_erased_order(tx, event.subject);
    redact_bodies(tx, store::lock_bodies_of(tx, event.subject));
    return {};
}

int redact_late_bodies(postgres::Database& db, int most) {
    return db.transact([&](Transaction& tx) {
        const auto bodies = store::lock_late_bodies(tx, most);
        redact_bodies(tx, bodies);
        return static_cast<int>(bodies.size());
    });
}

std::jthread redact_late_bodies_hourly(postgres::Database& db) {
    return core::run_periodically(std::chrono::hours{1}, "bodies of erased orders not redacted",
                                  [&db](const auto&) {
                                      constexpr int kAtATime = 100;
                                      while (redact_late_bodies(db, kAtATime) == kAtATime) {
                                      }
                                  });
}

}  // namespace payment
