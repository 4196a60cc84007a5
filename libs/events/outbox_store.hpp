// The relay's SQL: one function, one statement (or two that belong together).
#pragma once

#include <string>
#include <vector>

#include "core/id.hpp"
#include "events/event.hpp"
#include "postgres/database.hpp"

namespace events::store {

using DeliveryId = core::Id<"dlv">;

struct Unrouted {
    std::int64_t seq;
    std::string id;
    std::string type;
    std::string subject;
};
// The oldest of them.
std::vector<Unrouted> list_unrouted(postgres::Transaction& tx, int most);
void mark_routed(postgres::Transaction& tx, const postgres::BigintArray& seqs);
// Events nobody is told of.
void delete_expired_events(postgres::Transaction& tx, const postgres::BigintArray& seqs);

struct NewDelivery {
    const Unrouted* event;
    const std::string* destination;
};
void insert_deliveries(postgres::Transaction& tx, const std::vector<NewDelivery>& deliveries);

// Which of `destinations` have something that may be delivered now, and whether there is anything to route.
struct Work {
    bool unrouted = false;
    std::vector<std::string> destinations;
};
Work find_work(postgres::Transaction& tx, const postgres::TextArray& destinations);

struct Claimed {
    std::string id;  // dlv_…
    std::int64_t seq;
    int tries;
    bool erase_data;
    Event event;  // without its source
};
// The next of one destination, in order; none behind a key's failure.
std::vector<Claimed> claim(postgres::Transaction& tx, const std::string& destination, std::size_t most);
// Until the transaction ends nobody else decides which keys of the destination wait. Taken before any of its
// rows.
void lock_keys(postgres::Transaction& tx, const std::string& destination);
// Keys whose failed event is due may be delivered again. True when there were any.
bool release_due(postgres::Transaction& tx, const std::string& destination);
// Keys that wait for nothing, as a discarded failure leaves them.
void unblock_keys(postgres::Transaction& tx, const std::string& destination);
// What stands open behind a failure of its key.
void block_keys(postgres::Transaction& tx, const std::string& destination);

void mark_delivered(postgres::Transaction& tx, const postgres::TextArray& ids);
// Erases the data of those that ask for it and have no delivery left to be made.
void erase_data(postgres::Transaction& tx, const postgres::BigintArray& seqs);
void park(postgres::Transaction& tx, const std::string& id, const std::string& reason);
// It is tried again after `wait`, and what is open of its key waits with it.
void postpone(postgres::Transaction& tx, const std::string& id, const std::string& reason,
              std::chrono::milliseconds wait);

// Destinations that have something to be delivered.
std::vector<std::string> waited_for(postgres::Transaction& tx);

// ---- retention: true when there may be more

// What has been open or waiting for an hour, of a destination there is no more: not sooner, so that a process
// with older settings that relays for a while parks nothing.
bool park_abandoned(postgres::Transaction& tx, const std::string& destination);

bool delete_old_deliveries(postgres::Transaction& tx, core::Time before);
// Data that ought to have been erased when its last delivery was made.
bool erase_left_data(postgres::Transaction& tx);
bool delete_old_inbox(postgres::Transaction& tx, std::chrono::days keep);

// ---- metrics

struct Depth {
    std::string destination;
    std::string state;
    std::int64_t count;
    double oldest_s;
};
std::vector<Depth> depths(postgres::Transaction& tx);

}  // namespace events::store
