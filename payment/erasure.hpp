// Forgetting who paid: what a provider sent about an order keeps its shape and its facts, and loses what it
// says of a person. The digest of what came stays, to prove what it was.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "events/event.hpp"
#include "payment/event.hpp"
#include "postgres/database.hpp"

namespace payment {

// A handler of order.erased.
core::Result<void> erase_order(postgres::Transaction& tx, const events::Event& event);

// Bodies that came after their order was erased; the next `most` of them. How many there were.
int redact_late_bodies(postgres::Database& db, int most);
std::jthread redact_late_bodies_hourly(postgres::Database& db);

namespace store {

struct Body {
    core::EventId event_id;
    std::string account;  // whose provider sent it
    std::string body;
};
void note_erased_order(postgres::Transaction& tx, const std::string& order_id);
// Those of the order that are not redacted yet, locked.
std::vector<Body> lock_bodies_of(postgres::Transaction& tx, const std::string& order_id);
std::vector<Body> lock_late_bodies(postgres::Transaction& tx, int most);
void save_redacted(postgres::Transaction& tx, const Body& body, const std::string& sent_sha256);

}  // namespace store
}  // namespace payment
