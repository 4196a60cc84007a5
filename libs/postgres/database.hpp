// PostgreSQL: a bounded pool of connections and transactions that are retried when it is safe.
//
//   auto order = db.transact([&](pg::Transaction& tx) -> Result<Order> { … });
//
// A value is committed, a refusal or an exception rolled back. A serialization failure or a deadlock runs the
// function again (so it must not act on anything but the transaction). A broken connection is thrown away,
// never reused.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace base::pg {

// The database can't be reached, is shutting down, or did not answer in time. Nothing was committed.
struct Unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// The connection broke while committing: it may or may not have happened.
struct InDoubt : Unavailable {
    using Unavailable::Unavailable;
};

// The database refused what it was given – the data's fault – rather than not working as it should.
bool is_about_data(const pqxx::sql_error& error);

// One array parameter for a whole list, in PostgreSQL's binary format: nothing to escape.
//   insert … select * from unnest($1::text[], $2::bigint[])
class TextArray {
public:
    void add(std::string_view value);
    void add_null();
    pqxx::binarystring parameter() const;

private:
    std::string elements_;
    std::int32_t count_ = 0;
    bool has_null_ = false;
};
class BigintArray {
public:
    void add(std::int64_t value);
    void add_null();
    pqxx::binarystring parameter() const;

private:
    std::string elements_;
    std::int32_t count_ = 0;
    bool has_null_ = false;
};
class BytesArray {  // bytea[]: any bytes
public:
    void add(std::string_view value);
    pqxx::binarystring parameter() const;

private:
    std::string elements_;
    std::int32_t count_ = 0;
};
class TimeArray {  // timestamptz[]
public:
    void add(Time value);
    pqxx::binarystring parameter() const;

private:
    std::string elements_;
    std::int32_t count_ = 0;
};
class BoolArray {
public:
    void add(bool value);
    pqxx::binarystring parameter() const;

private:
    std::string elements_;
    std::int32_t count_ = 0;
};

// One connection of the pool with the statements prepared on it.
class Connection {
public:
    explicit Connection(const std::string& url);
    // Prepares `sql` at its first use here; `sql` must be a constant of the program.
    const std::string& prepared(std::string_view sql);
    pqxx::connection& raw() { return connection_; }

private:
    pqxx::connection connection_;
    std::unordered_map<const void*, std::string> names_;
};

class Transaction {
public:
    Transaction(Connection& connection, pqxx::transaction_base& tx) : connection_(connection), tx_(tx) {}
    // `sql` is a constant; parameters are $1, $2, …: strings without NUL, numbers, the arrays' parameter().
    template <class... Args>
    pqxx::result exec(std::string_view sql, const Args&... args) {
        return tx_.exec_prepared(connection_.prepared(sql), args...);
    }

    // From here to its end the transaction plans each statement for its values, as a list with optional
    // filters needs.
    void plan_for_values();

    // What is done here is of interest at once: after the commit, and only then, the database's listener is
    // called.
    void announce() { announced_ = true; }
    bool announced() const { return announced_; }

private:
    Connection& connection_;
    pqxx::transaction_base& tx_;
    bool announced_ = false;
};

// Connections at this moment, and what became of those who had to wait for one since the start.
struct Pool {
    std::size_t size;  // allowed
    std::size_t open;
    std::size_t in_use;
    std::size_t waiting = 0;
    std::uint64_t waits = 0;
    std::uint64_t refused = 0;  // waited in vain
    std::chrono::duration<double> waited{0};
};

class Database {
public:
    struct Config {
        std::string url;  // postgresql://role:password@host:port/database
        std::size_t connections = 4;
        std::chrono::milliseconds wait_for_connection{2000};
        std::chrono::milliseconds statement_timeout{5000};
        std::chrono::milliseconds lock_timeout{3000};
    };
    explicit Database(Config config);

    // BEGIN … COMMIT. Throws Unavailable or InDoubt; other pqxx errors pass through.
    template <class F>
    auto transact(F&& run) -> std::invoke_result_t<F, Transaction&> {
        return attempt<pqxx::work>(run);
    }
    // One statement, one transaction, without BEGIN and COMMIT: half the round trips. The function must run
    // exactly one statement.
    template <class F>
    auto single(F&& run) -> std::invoke_result_t<F, Transaction&> {
        return attempt<pqxx::nontransaction>(run);
    }
    // True when a connection answers `select 1`.
    bool reachable();
    // Called after each commit that was announced, by the thread that committed; must not throw or block. Set
    // before the first transaction.
    void on_announced(std::function<void()> listener) { listener_ = std::move(listener); }
    // A connection of its own beside the pool, for what belongs to a session, such as an advisory lock.
    std::unique_ptr<Connection> connect_alone() const { return std::make_unique<Connection>(full_url_); }
    const Config& config() const { return config_; }
    Pool pool() const;

private:
    class Lease;
    template <class Tx, class F>
    auto attempt(F& run) -> std::invoke_result_t<F, Transaction&>;
    std::unique_ptr<Connection> take();
    void wait_for_turn(std::unique_lock<std::mutex>& lock);
    std::unique_ptr<Connection> connect();
    void give_back(std::unique_ptr<Connection> connection);
    // When one connection broke, those waiting in the pool most likely did too.
    void drop_idle();
    [[noreturn]] static void rethrow_as_unavailable(bool committing);
    // Sleeps with jitter before try number `tries`; false when that was one too many.
    static bool may_retry(int tries);

    Config config_;
    std::string full_url_;
    std::function<void()> listener_ = [] {};
    mutable std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t in_use_ = 0;
    Pool waited_{};  // what is counted of it
    std::chrono::steady_clock::time_point connect_again_at_{};
};

class Database::Lease {
public:
    explicit Lease(Database& database) : database_(database), connection_(database.take()) {}
    ~Lease() { database_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *connection_; }
    void discard() {
        connection_.reset();
        database_.drop_idle();
    }

private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
};

namespace detail {
template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};
template <class T>
bool accepted(const T& value) {
    if constexpr (IsResult<T>::value) {
        return static_cast<bool>(value);
    } else {
        return true;
    }
}
}  // namespace detail

template <class Tx, class F>
auto Database::attempt(F& run) -> std::invoke_result_t<F, Transaction&> {
    using Value = std::invoke_result_t<F, Transaction&>;
    constexpr bool kCommitsAtOnce = std::is_same_v<Tx, pqxx::nontransaction>;
    for (int tries = 1;; ++tries) {
        Lease lease{*this};
        bool committing = kCommitsAtOnce;
        try {
            Tx tx{(*lease).raw()};
            Transaction transaction{*lease, tx};
            if constexpr (std::is_void_v<Value>) {
                run(transaction);
                committing = true;
                tx.commit();
                if (transaction.announced()) listener_();
                return;
            } else {
                auto value = run(transaction);
                if (!detail::accepted(value)) return value;
                committing = true;
                tx.commit();
                if (transaction.announced()) listener_();
                return value;
            }
        } catch (const pqxx::transaction_rollback&) {  // serialization failure, deadlock
            if (!may_retry(tries)) throw Unavailable{"too many serialization failures"};
        } catch (const pqxx::broken_connection&) {
            lease.discard();
            // A connection that died in the pool: nothing was committed, a fresh one may do.
            if (committing || tries > 1) rethrow_as_unavailable(committing);
        } catch (const pqxx::in_doubt_error&) {
            lease.discard();
            rethrow_as_unavailable(true);
        } catch (const pqxx::sql_error& error) {
            const std::string_view state{error.sqlstate()};
            // 57P0x the server goes down, 08 connection, 53 out of resources: the connection is of no more
            // use.
            const bool lost = state.starts_with("57P") || state.starts_with("08") || state.starts_with("53");
            if (lost) lease.discard();
            // 57014 statement timeout, 55P03 lock timeout, 25006 read only
            if (lost || state == "57014" || state == "55P03" || state == "25006") {
                rethrow_as_unavailable(lost && committing);
            }
            throw;
        }
    }
}

}  // namespace base::pg
