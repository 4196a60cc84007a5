#include "auth/maintenance.hpp"

#include <condition_variable>
#include <mutex>

#include "auth/accounts/mailed_token_store.hpp"
#include "auth/sessions/session_store.hpp"
#include "core/log.hpp"

namespace auth {
namespace {

using postgres::Transaction;
using std::chrono::steady_clock;

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

std::jthread run_maintenance(postgres::Database& db, Services& services, First first) {
    return std::jthread{[&db, &services, first = std::move(first)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        auto clean_at = steady_clock::now();
        do {
            if (!services.made_first)
                services.made_first =
                    succeeds("first users", [&] { make_first(services.people, services.programs, first); });
            succeeds("password resets", [&] {
                while (services.passwords.answer_reset_requests()) {
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
