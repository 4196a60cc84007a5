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
#include <string>
#include <type_traits>
#include <vector>

#include "core/result.hpp"
#include "postgres/transaction.hpp"

namespace postgres {

// BEGIN … COMMIT, or one statement that is a transaction of its own.
enum class Mode { transaction, single };

// One connection with the statements prepared on it.
class Connection {
public:
    // Throws BrokenConnection, and whatever else keeps the server from letting us in.
    explicit Connection(const std::string& url);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Runs the function in a transaction of this connection, once; false rolls it back. `committing`, when
    // given, becomes true when the commit begins. Throws what the function throws, and as `exec` does.
    void run(Mode mode, const std::function<bool(Transaction&)>& function, bool* committing = nullptr);
    // The same for what belongs to the session, such as an advisory lock.
    void single(const std::function<void(Transaction&)>& function) {
        run(Mode::single, [&](Transaction& tx) {
            function(tx);
            return true;
        });
    }

private:
    friend class Transaction;
    struct Impl;
    std::unique_ptr<Impl> impl_;
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

namespace detail {
template <class T>
bool is_accepted(const T&) {
    return true;
}
template <class T>
bool is_accepted(const core::Result<T>& result) {
    return static_cast<bool>(result);
}
}  // namespace detail

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
    ~Database();

    // BEGIN … COMMIT. Throws Unavailable or InDoubt; SqlError passes through.
    template <class F>
    auto transact(F&& function) -> std::invoke_result_t<F, Transaction&> {
        return attempt(Mode::transaction, function);
    }
    // One statement, one transaction, without BEGIN and COMMIT: half the round trips. The function must run
    // exactly one statement.
    template <class F>
    auto single(F&& function) -> std::invoke_result_t<F, Transaction&> {
        return attempt(Mode::single, function);
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

    template <class F>
    auto attempt(Mode mode, F& function) -> std::invoke_result_t<F, Transaction&> {
        using Value = std::invoke_result_t<F, Transaction&>;
        if constexpr (std::is_void_v<Value>) {
            run(mode, [&](Transaction& tx) {
                function(tx);
                return true;
            });
        } else {
            std::optional<Value> value;
            run(mode, [&](Transaction& tx) {
                value.emplace(function(tx));
                return detail::is_accepted(*value);
            });
            return *std::move(value);
        }
    }
    void run(Mode mode, const std::function<bool(Transaction&)>& function);
    std::unique_ptr<Connection> take();
    void wait_for_turn(std::unique_lock<std::mutex>& lock);
    std::unique_ptr<Connection> connect();
    void give_back(std::unique_ptr<Connection> connection);
    // When one connection broke, those waiting in the pool most likely did too.
    void drop_idle();
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

}  // namespace postgres
