#include "postgres/database.hpp"

#include <pqxx/pqxx>
#include <sstream>
#include <thread>
#include <unordered_map>

#include "core/backoff.hpp"

namespace postgres {
namespace {

// A prepared statement is planned once, not at each execution: for a short list, planning would cost more
// than running it. So a plan made while a table is small must still be right when it has grown, and indexes
// are used from the start; the price this puts on a sequential scan must not wake the JIT compiler.
constexpr auto kPlanning =
    "%20-c%20plan_cache_mode%3Dforce_generic_plan%20-c%20enable_seqscan%3Doff%20-c%20jit%3Doff";

std::string with_settings(const Database::Config& config) {
    const auto ms = [](std::chrono::milliseconds value) { return std::to_string(value.count()); };
    const auto settings = "connect_timeout=5&tcp_user_timeout=5000&options=-c%20statement_timeout%3D" +
                          ms(config.statement_timeout) + "%20-c%20lock_timeout%3D" + ms(config.lock_timeout) +
                          "%20-c%20idle_in_transaction_session_timeout%3D30000" + kPlanning;
    std::istringstream urls{config.url};
    std::string all;
    for (std::string url; urls >> url;) {
        all += (all.empty() ? "" : " ") + url + (url.find('?') == std::string::npos ? "?" : "&") + settings;
    }
    return all;
}

// Several with blanks, while a password is exchanged: the first that lets us in.
pqxx::connection open_first(const std::string& urls) {
    const auto blank = urls.find(' ');
    if (blank == std::string::npos) return pqxx::connection{urls};
    try {
        return pqxx::connection{urls.substr(0, blank)};
    } catch (const pqxx::broken_connection&) {
        return open_first(urls.substr(blank + 1));
    }
}

}  // namespace

bool SqlError::is_about_data() const {
    constexpr std::string_view kDataException = "22";
    constexpr std::string_view kConstraintViolation = "23";
    constexpr std::string_view kLimitExceeded = "54";
    return sqlstate.starts_with(kDataException) || sqlstate.starts_with(kConstraintViolation) ||
           sqlstate.starts_with(kLimitExceeded);
}
bool SqlError::is_connection_lost() const {
    constexpr std::string_view kShutdown = "57P";
    constexpr std::string_view kConnection = "08";
    constexpr std::string_view kResources = "53";
    return sqlstate.starts_with(kShutdown) || sqlstate.starts_with(kConnection) ||
           sqlstate.starts_with(kResources);
}
bool SqlError::is_unavailable() const {
    constexpr std::string_view kReadOnly = "25006";
    return is_connection_lost() || sqlstate == kReadOnly;
}

struct Connection::Impl {
    explicit Impl(const std::string& url) : connection(open_first(url)) {}

    // Prepares `sql` at its first use here; `sql` must be a constant of the program.
    const std::string& prepared(std::string_view sql) {
        auto& name = names[sql.data()];
        if (name.empty()) {
            auto fresh = "s" + std::to_string(names.size());
            connection.prepare(fresh, std::string{sql});
            name = std::move(fresh);
        }
        return name;
    }

    pqxx::connection connection;
    std::unordered_map<const void*, std::string> names;
};

Connection::Connection(const std::string& url) : impl_(std::make_unique<Impl>(url)) {}
Connection::~Connection() = default;

namespace {

template <class Work>
void run_in(Work& work, Connection& connection, const std::function<bool(Transaction&)>& function,
            bool& committing) {
    Transaction tx{connection, work};
    if (!function(tx)) return;
    committing = true;
    work.commit();
}

// libpqxx's exception that is being handled as one of ours.
[[noreturn]] void rethrow() {
    try {
        throw;
    } catch (const pqxx::transaction_rollback& error) {
        throw Conflict{error.what()};
    } catch (const pqxx::in_doubt_error& error) {
        throw InDoubt{error.what()};
    } catch (const pqxx::broken_connection& error) {
        throw BrokenConnection{error.what()};
    } catch (const pqxx::unique_violation& error) {
        throw UniqueViolation{error.what(), error.sqlstate()};
    } catch (const pqxx::sql_error& error) {
        throw SqlError{error.what(), error.sqlstate()};
    } catch (const pqxx::failure& error) {  // "not connected", where a connection was lost unseen
        throw BrokenConnection{error.what()};
    }
}

}  // namespace

void Connection::run(Mode mode, const std::function<bool(Transaction&)>& function, bool* committing) {
    bool unseen = false;
    auto& begun = committing == nullptr ? unseen : *committing;
    begun = mode == Mode::single;
    try {
        if (mode == Mode::single) {
            pqxx::nontransaction work{impl_->connection};
            run_in(work, *this, function, begun);
        } else {
            pqxx::work work{impl_->connection};
            run_in(work, *this, function, begun);
        }
    } catch (const pqxx::pqxx_exception&) {
        rethrow();
    }
}

Rows Transaction::run(std::string_view sql, std::span<const Parameter> parameters) {
    try {
// The one interface of libpqxx 6 that takes a number of parameters known at run time only.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        auto statement = tx_.prepared(connection_.impl_->prepared(sql));
#pragma GCC diagnostic pop
        for (const auto& parameter : parameters) {
            const auto text = parameter.text();
            if (parameter.is_null()) {
                statement();
            } else if (parameter.is_binary()) {
                statement(pqxx::binarystring{text.data(), text.size()});
            } else {
                statement(std::string{text});
            }
        }
        return Rows{std::make_shared<const pqxx::result>(statement.exec())};
    } catch (const pqxx::pqxx_exception&) {
        rethrow();
    }
}

constexpr std::string_view kPlanForValues = "SET LOCAL plan_cache_mode = force_custom_plan";
void Transaction::plan_for_values() {
    exec(kPlanForValues);
}

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

namespace {

[[noreturn]] void throw_unavailable(const std::exception& error, bool committing) {
    if (committing) throw InDoubt{error.what()};
    throw core::Unavailable{error.what()};
}

}  // namespace

void Database::run(Mode mode, const std::function<bool(Transaction&)>& function) {
    for (int tries = 1;; ++tries) {
        Lease lease{*this};
        bool announced = false;
        bool committing = false;
        try {
            const auto watched = [&](Transaction& tx) {
                const bool accepted = function(tx);
                announced = accepted && tx.announced();
                return accepted;
            };
            (*lease).run(mode, watched, &committing);
            if (announced) listener_();
            return;
        } catch (const Conflict&) {
            if (!may_retry(tries)) throw core::Unavailable{"too many serialization failures"};
        } catch (const BrokenConnection& error) {
            lease.discard();
            // A connection that died in the pool: nothing was committed, a fresh one may do.
            if (committing || tries > 1) throw_unavailable(error, committing);
        } catch (const InDoubt& error) {
            lease.discard();
            throw;
        } catch (const SqlError& error) {
            constexpr std::string_view kStatementTimeout = "57014";
            constexpr std::string_view kLockTimeout = "55P03";
            const bool lost = error.is_connection_lost();
            if (lost) lease.discard();
            if (error.is_unavailable() || error.sqlstate == kStatementTimeout ||
                error.sqlstate == kLockTimeout) {
                throw_unavailable(error, lost && committing);
            }
            throw;
        }
    }
}

Database::Database(Config config) : config_(std::move(config)), full_url_(with_settings(config_)) {}
Database::~Database() = default;

void Database::wait_for_turn(std::unique_lock<std::mutex>& lock) {
    const auto free = [this] { return in_use_ < config_.connections; };
    if (free()) return;
    const auto started = std::chrono::steady_clock::now();
    ++waited_.waiting;
    ++waited_.waits;
    const bool has_turn = returned_.wait_for(lock, config_.wait_for_connection, free);
    --waited_.waiting;
    waited_.waited += std::chrono::steady_clock::now() - started;
    if (has_turn) return;
    ++waited_.refused;
    throw core::Unavailable{"no free database connection"};
}

std::unique_ptr<Connection> Database::take() {
    {
        std::unique_lock lock{mutex_};
        wait_for_turn(lock);
        ++in_use_;
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
        if (std::chrono::steady_clock::now() < connect_again_at_) {
            --in_use_;
            throw core::Unavailable{"the database could not be reached a moment ago"};
        }
    }
    return connect();
}

std::unique_ptr<Connection> Database::connect() {
    try {
        return std::make_unique<Connection>(full_url_);
    } catch (const std::exception& error) {
        // A recovering server is not helped by a process forked for each of our requests.
        constexpr std::chrono::milliseconds kPause{100};
        {
            const std::lock_guard lock{mutex_};
            connect_again_at_ = std::chrono::steady_clock::now() + kPause;
        }
        give_back(nullptr);
        throw core::Unavailable{error.what()};
    }
}

void Database::give_back(std::unique_ptr<Connection> connection) {
    {
        const std::lock_guard lock{mutex_};
        --in_use_;
        if (connection) idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

void Database::drop_idle() {
    std::vector<std::unique_ptr<Connection>> dropped;
    const std::lock_guard lock{mutex_};
    dropped.swap(idle_);
}

bool Database::may_retry(int tries) {
    constexpr int kMaxTries = 6;
    if (tries >= kMaxTries) return false;
    using std::chrono::milliseconds;
    // At most 1, 3, 7, 15, 31 ms.
    constexpr core::Backoff::Config kBackoff{.initial = milliseconds{2}, .max = milliseconds{32}};
    const auto max = core::exponential_wait(kBackoff, tries) - milliseconds{1};
    std::this_thread::sleep_for(core::with_jitter(max, 0, 100));
    return true;
}

bool Database::reachable() {
    try {
        single([](Transaction& tx) { tx.exec("SELECT 1"); });
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

Pool Database::pool() const {
    const std::lock_guard lock{mutex_};
    auto pool = waited_;
    pool.size = config_.connections;
    pool.open = idle_.size() + in_use_;
    pool.in_use = in_use_;
    return pool;
}

}  // namespace postgres
