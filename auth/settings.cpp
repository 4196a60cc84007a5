#include "auth/settings.hpp"

#include <condition_variable>
#include <mutex>

#include "auth/accounts/mailed_token_store.hpp"
#include "auth/users/password.hpp"
#include "auth/sessions/session_store.hpp"
#include "core/id.hpp"
#include "core/log.hpp"
#include "runtime/service.hpp"
#include "runtime/event_sinks.hpp"

namespace auth {
namespace {

using postgres::Transaction;
using std::chrono::steady_clock;

constexpr std::size_t kShortestSecret = 32;  // of a program: kept with a fast hash, so nobody may guess it

First read_first(core::Environment& environment) {
    const auto email =
        environment.text({"BOOTSTRAP_ADMIN_EMAIL", "the first admin, made when there is none"}, "");
    const auto id = environment.text(
        {"BOOTSTRAP_CLIENT_ID",
         "the first program, made when it is not there, with every scope: prg_ and 32 hex digits"},
        "");
    if (!email.empty() && !canonical_email(email))
        environment.fault("BOOTSTRAP_ADMIN_EMAIL", "must be an e-mail address");
    if (!id.empty() && !core::Id<"prg">::parse(id))
        environment.fault("BOOTSTRAP_CLIENT_ID", "must be prg_ and 32 hex digits");
    First first{.admin_email = canonical_email(email).value_or(""), .program_id = id};
    environment.when(!email.empty(), "BOOTSTRAP_ADMIN_EMAIL is set", [&] {
        first.admin_password =
            environment.secret({"BOOTSTRAP_ADMIN_PASSWORD", "of that admin"}, kShortestPassword);
    });
    environment.when(!id.empty(), "BOOTSTRAP_CLIENT_ID is set", [&] {
        first.program_secret =
            environment.secret({"BOOTSTRAP_CLIENT_SECRET", "of that program"}, kShortestSecret);
    });
    return first;
}

void delete_what_is_over(postgres::Database& db) {
    constexpr int kAtOnce = 1000;
    while (db.single([](Transaction& tx) { return store::delete_used_tokens(tx, kAtOnce); }) == kAtOnce) {
    }
    while (db.single([](Transaction& tx) { return store::delete_old_sessions(tx, kAtOnce); }) == kAtOnce) {
    }
    db.single([](Transaction& tx) { store::forget_old_failures(tx); });
    db.single([](Transaction& tx) { store::delete_old_mailed_tokens(tx); });
}

void make_first(UserService& people, ApiClientService& programs, const First& first) {
    if (!first.admin_email.empty())
        people.ensure_admin(first.admin_email, std::string{first.admin_password.reveal()});
    if (!first.program_id.empty())
        programs.ensure(first.program_id, std::string{first.program_secret.reveal()},
                        {"make up", http::Role::admin, {"*"}});
}

// One step that fails keeps the others from nothing, and is tried again with the next round.
template <class Step>
bool succeeds(const char* what, Step step) {
    try {
        step();
        return true;
    } catch (const std::exception& error) {
        core::log::warn("housekeeping failed", {{"step", what}, {"error", std::string{error.what()}}});
        return false;
    }
}

}  // namespace

Settings Settings::read(core::Environment& environment) {
    auto keys = KeyRing::Config::read(environment);
    auto login_throttle = LoginThrottle::Config::read(environment, keys.key_secrets.front());
    auto logins = Logins::Config::read(environment, keys.key_secrets.front());
    Settings settings{
        .database = runtime::database_config(environment, 12),
        .hasher = Hasher::Config::read(environment),
        .keys = std::move(keys),
        .login_throttle = std::move(login_throttle),
        .logins = std::move(logins),
        .passwords = Passwords::Config::read(environment),
        .max_waiting = static_cast<std::size_t>(environment.number(
            {"PASSWORD_QUEUE", "logins that may wait for a hash; more are answered 503"}, 256, 1, 100'000)),
        .seal = PasswordSeal::read(environment),
        .events = runtime::read_event_config(environment, "auth"),
        .first = read_first(environment),
    };
    environment.check();
    return settings;
}

std::jthread run_maintenance(postgres::Database& db, Passwords& passwords, UserService& people, ApiClientService& programs,
                        First first, std::atomic<bool>& made_first) {
    return std::jthread{[&db, &passwords, &people, &programs, &made_first,
                         first = std::move(first)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        auto clean_at = steady_clock::now();
        do {
            if (!made_first)
                made_first = succeeds("first users", [&] { make_first(people, programs, first); });
            succeeds("password resets", [&] {
                while (passwords.answer_reset_requests()) {
                }
            });
            succeeds("audit log", [&] {
                while (append_waiting(db)) {
                }
            });
            if (steady_clock::now() >= clean_at && succeeds("cleaning", [&] { delete_what_is_over(db); }))
                clean_at = steady_clock::now() + std::chrono::hours{1};
        } while (!wake.wait_for(lock, stop, std::chrono::milliseconds{250}, [] { return false; }) &&
                 !stop.stop_requested());
    }};
}

}  // namespace auth
