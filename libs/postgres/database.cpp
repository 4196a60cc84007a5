#include "postgres/database.hpp"

#include <arpa/inet.h>

#include <random>
#include <sstream>
#include <thread>

namespace base::pg {
namespace {

// Element types, as pg_type.oid has them for ever.
constexpr std::int32_t kText = 25;
constexpr std::int32_t kBigint = 20;
constexpr std::int32_t kBool = 16;
constexpr std::int32_t kBytea = 17;
constexpr std::int32_t kTimestamptz = 1184;

void append_int32(std::string& out, std::int32_t value) {
    const auto wire = htonl(static_cast<std::uint32_t>(value));
    out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void append_int64(std::string& out, std::int64_t value) {
    append_int32(out, static_cast<std::int32_t>(value >> 32));
    append_int32(out, static_cast<std::int32_t>(value & 0xFFFFFFFF));
}

// PostgreSQL's array_recv: dimensions, whether NULLs occur, element type, then length and lower bound of each
// dimension.
pqxx::binarystring array_parameter(const std::string& elements, std::int32_t count, bool has_null,
                                   std::int32_t type) {
    std::string wire;
    wire.reserve(20 + elements.size());
    append_int32(wire, count == 0 ? 0 : 1);
    append_int32(wire, has_null ? 1 : 0);
    append_int32(wire, type);
    if (count > 0) {
        append_int32(wire, count);
        append_int32(wire, 1);
        wire += elements;
    }
    return {wire.data(), wire.size()};
}

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

bool is_about_data(const pqxx::sql_error& error) {
    const auto& state = error.sqlstate();
    constexpr std::string_view kDataException = "22";
    constexpr std::string_view kConstraintViolation = "23";
    constexpr std::string_view kLimitExceeded = "54";
    return state.starts_with(kDataException) || state.starts_with(kConstraintViolation) ||
           state.starts_with(kLimitExceeded);
}

void TextArray::add(std::string_view value) {
    append_int32(elements_, static_cast<std::int32_t>(value.size()));
    elements_ += value;
    ++count_;
}

void TextArray::add_null() {
    append_int32(elements_, -1);
    ++count_;
    has_null_ = true;
}

pqxx::binarystring TextArray::parameter() const {
    return array_parameter(elements_, count_, has_null_, kText);
}

void BytesArray::add(std::string_view value) {
    append_int32(elements_, static_cast<std::int32_t>(value.size()));
    elements_ += value;
    ++count_;
}

pqxx::binarystring BytesArray::parameter() const {
    return array_parameter(elements_, count_, false, kBytea);
}

void TimeArray::add(Time value) {
    // On the wire a timestamptz is microseconds since 2000.
    constexpr auto kEpoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
    append_int32(elements_, 8);
    append_int64(elements_, (value - kEpoch).count());
    ++count_;
}

pqxx::binarystring TimeArray::parameter() const {
    return array_parameter(elements_, count_, false, kTimestamptz);
}

void BigintArray::add(std::int64_t value) {
    append_int32(elements_, 8);
    append_int64(elements_, value);
    ++count_;
}

void BigintArray::add_null() {
    append_int32(elements_, -1);
    ++count_;
    has_null_ = true;
}

pqxx::binarystring BigintArray::parameter() const {
    return array_parameter(elements_, count_, has_null_, kBigint);
}

void BoolArray::add(bool value) {
    append_int32(elements_, 1);
    elements_ += value ? '\1' : '\0';
    ++count_;
}

pqxx::binarystring BoolArray::parameter() const {
    return array_parameter(elements_, count_, false, kBool);
}

Connection::Connection(const std::string& url) : connection_(open_first(url)) {}

const std::string& Connection::prepared(std::string_view sql) {
    auto& name = names_[sql.data()];
    if (name.empty()) {
        auto fresh = "s" + std::to_string(names_.size());
        connection_.prepare(fresh, std::string{sql});
        name = std::move(fresh);
    }
    return name;
}

constexpr std::string_view kPlanForValues = "SET LOCAL plan_cache_mode = force_custom_plan";
void Transaction::plan_for_values() {
    exec(kPlanForValues);
}

Database::Database(Config config) : config_(std::move(config)), full_url_(with_settings(config_)) {}

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
    throw Unavailable{"no free database connection"};
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
            throw Unavailable{"the database could not be reached a moment ago"};
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
        throw Unavailable{error.what()};
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

void Database::rethrow_as_unavailable(bool committing) {
    try {
        throw;
    } catch (const std::exception& error) {
        if (committing) throw InDoubt{error.what()};
        throw Unavailable{error.what()};
    }
}

bool Database::may_retry(int tries) {
    constexpr int kMostTries = 6;
    if (tries >= kMostTries) return false;
    thread_local std::minstd_rand random{std::random_device{}()};
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % (1U << tries)});
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

}  // namespace base::pg
