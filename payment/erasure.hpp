// Forgetting who paid: what a provider sent about an order keeps its shape and its facts, and loses what it
// says of a person. The digest of what came stays, to prove what it was.
#pragma once

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "events/event.hpp"
#include "postgres/database.hpp"
#include "core/result.hpp"
#include "payment/event.hpp"

namespace payment {

// A body without names, addresses, numbers to call or pay with, free words and metadata but our order's id.
// What is no JSON goes altogether. Redacted once more it stays as it is.
std::string redacted(std::string_view body);

// A handler of order.erased.
core::Result<void> erase_order(postgres::Transaction& tx, const events::Event& event);

// Bodies that came after their order was erased; the next `most` of them. How many there were.
int redact_late_bodies(postgres::Database& db, int most);
std::jthread redact_late_bodies_hourly(postgres::Database& db);

namespace store {

struct Body {
    core::EventId event_id;
    std::string body;
};
void note_erased_order(postgres::Transaction& tx, const std::string& order_id);
// Those of the order that are not redacted yet, locked.
std::vector<Body> lock_bodies_of(postgres::Transaction& tx, const std::string& order_id);
std::vector<Body> lock_late_bodies(postgres::Transaction& tx, int most);
void save_redacted(postgres::Transaction& tx, const Body& body, const std::string& sent_sha256);

}  // namespace store
}  // namespace payment
