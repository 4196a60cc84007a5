// Idempotency-Key: the answer of a creating POST is kept with its effect, in one transaction.
//
// Same key and body: the first answer again, with Idempotent-Replayed: true. Same key, other body: 422. While
// the first is still running: 409. A refusal keeps nothing, so the same key may be used again. A key is its
// caller's own, and lives 48 hours.
#pragma once

#include <functional>
#include <thread>

#include "core/result.hpp"
#include "http/message.hpp"
#include "postgres/database.hpp"

namespace rest {

// Runs `create` in a transaction of `db`; without the header it does just that. The table is
// idempotency_keys.
core::Result<http::Response> run_idempotent(
    postgres::Database& db, const http::Request& request,
    const std::function<core::Result<http::Response>(postgres::Transaction&)>& create);

// Deletes keys past their life.
void delete_expired_idempotency_keys(postgres::Database& db);

// Does so every hour until the thread is asked to stop.
std::jthread delete_expired_idempotency_keys_hourly(postgres::Database& db);

}  // namespace rest
