#include "rest/idempotency.hpp"

#include <algorithm>
#include <chrono>
#include "core/json.hpp"

#include "core/digest.hpp"
#include "core/periodic_task.hpp"

namespace rest {
namespace {

constexpr std::size_t kLongestKey = 255;

// Held until the transaction ends, so the second of two at once sees either this lock or the first one's row.
constexpr auto kTryLock = R"sql(
    SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))
)sql";

constexpr auto kFind = R"sql(
    SELECT request_sha256, status, body, headers
      FROM idempotency_keys
     WHERE key = $1
)sql";

constexpr auto kKeep = R"sql(
    INSERT INTO idempotency_keys (key, request_sha256, status, body, headers)
    VALUES ($1, $2, $3, $4, $5)
)sql";

constexpr auto kForget = R"sql(
    DELETE FROM idempotency_keys WHERE created_at < now() - interval '48 hours'
)sql";

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= kLongestKey &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// A key is its caller's own: what one got is no answer for another. The blank is in no key.
std::string name_of(const http::Request& request, const std::string& key) {
    return request.caller ? request.caller->subject + " " + key : key;
}

// What makes two requests the same one.
std::string digest(const http::Request& request) {
    return core::sha256(std::string{to_string(request.method)} + " " + request.path + "\n" + request.body);
}

http::Response replay(const postgres::Row& row) {
    http::Response response{row[1].as<int>(), row[2].c_str()};
    const auto headers = core::json::Value::parse(row[3].c_str());
    for (const auto& [name, value] : headers.items()) {
        response.headers.emplace_back(name, value.get<std::string>());
    }
    response.headers.emplace_back("Idempotent-Replayed", "true");
    return response;
}

void keep(postgres::Transaction& tx, const std::string& key, const std::string& sha256,
          const http::Response& response) {
    auto headers = core::json::Value::object();
    for (const auto& [name, value] : response.headers) headers[name] = value;
    tx.exec(kKeep, key, postgres::Binary{sha256}, response.status, response.body, headers.dump());
}

}  // namespace

core::Result<http::Response> run_idempotent(
    postgres::Database& db, const http::Request& request,
    const std::function<core::Result<http::Response>(postgres::Transaction&)>& create) {
    const auto* key = request.header("idempotency-key");
    if (key == nullptr) return db.transact(create);
    if (!is_key(*key))
        return core::invalid("Idempotency-Key", "must be 1 to 255 printable ASCII characters without blanks");
    const auto name = name_of(request, *key);
    const auto sha256 = digest(request);

    return db.transact([&](postgres::Transaction& tx) -> core::Result<http::Response> {
        if (!tx.exec(kTryLock, name)[0][0].as<bool>()) {
            return core::conflict("the first request with this Idempotency-Key is still running");
        }
        if (const auto found = tx.exec(kFind, name); !found.empty()) {
            if (found[0][0].bytes() == sha256) return replay(found[0]);
            return core::invalid("Idempotency-Key", "was used for another request");
        }
        auto response = create(tx);
        if (response) keep(tx, name, sha256, *response);
        return response;
    });
}

void delete_expired_idempotency_keys(postgres::Database& db) {
    db.single([](postgres::Transaction& tx) { tx.exec(kForget); });
}

std::jthread delete_expired_idempotency_keys_hourly(postgres::Database& db) {
    return core::run_periodically(std::chrono::hours{1}, "old idempotency keys not deleted",
                                  [&db](const auto&) { delete_expired_idempotency_keys(db); });
}

}  // namespace rest
