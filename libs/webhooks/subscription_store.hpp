// Every SQL statement of subscriptions and of what became of tries to tell them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "postgres/database.hpp"
#include "rest/page.hpp"
#include "webhooks/subscription.hpp"

namespace webhooks::subscription_store {

using postgres::Transaction;

// With its secrets, locked.
struct Stored {
    Subscription subscription;
    std::string secret;
    std::optional<std::string> old_secret = {};
};

void insert(Transaction& tx, const SubscriptionId& id, const SubscriptionDraft& draft,
            const std::string& secret);
std::optional<Stored> find(Transaction& tx, const std::string& id);
// Held until the transaction ends.
std::optional<Stored> find_for_update(Transaction& tx, const std::string& id);
// Newest first.
std::vector<Stored> list(Transaction& tx, const rest::Page& page);
std::vector<Stored> list_enabled(Transaction& tx);
// All there are, held until the transaction ends.
std::vector<Stored> list_for_update(Transaction& tx);
// What it was disabled for, and since when it fails, is forgotten when it is enabled.
void save(Transaction& tx, const SubscriptionId& id, const SubscriptionDraft& draft);
// The secret there was signs along until then.
void save_secret(Transaction& tx, const SubscriptionId& id, const std::string& secret, core::Time old_until);
// The same secrets, locked otherwise.
void save_locks(Transaction& tx, const SubscriptionId& id, const std::string& secret,
                const std::optional<std::string>& old_secret);
// What was on its way to it is discarded.
void remove(Transaction& tx, const SubscriptionId& id);
// Events told since then are to be delivered again: those parked, and when `all` also those delivered and
// discarded, at most so many, the oldest first; how many.
std::int64_t replay(Transaction& tx, const SubscriptionId& id, core::Time since, bool all, int most);
// Makes a version; false when it was disabled already, or is gone.
bool disable(Transaction& tx, const SubscriptionId& id, Disabled why);

// Since when there was nothing but failures, `succeeded` or not counted in; nothing when it does not fail.
std::optional<core::Time> note(Transaction& tx, const SubscriptionId& id, bool succeeded);

// Those of a subscription that is gone meanwhile are dropped.
void insert_attempts(Transaction& tx, std::span<const SubscriptionAttempt> attempts);
struct AttemptFilter {
    std::optional<std::string> event_id;
    std::optional<bool> ok;
};
// Newest first.
std::vector<SubscriptionAttempt> list_attempts(Transaction& tx, const SubscriptionId& id,
                                               const AttemptFilter& filter, const rest::Page& page);
void forget_attempts(Transaction& tx, int after_days);

}  // namespace webhooks::subscription_store
