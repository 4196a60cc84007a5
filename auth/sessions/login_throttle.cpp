#include "auth/sessions/login_throttle.hpp"

#include <arpa/inet.h>

#include "auth/sessions/session_store.hpp"
#include "core/digest.hpp"

namespace auth {
namespace {

using namespace std::chrono_literals;
using postgres::Transaction;

// Of IPv6 everybody has a whole /64.
std::string network_of(const std::string& address) {
    in6_addr bytes;
    if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
    if (IN6_IS_ADDR_V4MAPPED(&bytes)) return address;
    return {reinterpret_cast<const char*>(&bytes), 8};
}

// What others can have sent to a user, or in the user's name.
constexpr Lockout kMails{.free_failures = 5, .first = 60s, .most = 24h};

void charge(Transaction& tx, LoginThrottle::Attempt& made, const Lockout& lockout, std::string key) {
    const auto now = core::now();
    const auto before = store::failures_for_update(tx, key);
    const auto after = lockout.charge(before, now);
    store::save_failures(tx, key, after);
    made.locked = made.locked || lockout.is_locked(before, now);
    made.charges.push_back({std::move(key), &lockout, after});
}

}  // namespace

LoginThrottle::Config LoginThrottle::Config::read(core::Environment& environment, core::Secret key) {
    const auto max_failures = [&](const core::Variable& variable, long long fallback) {
        return static_cast<int>(environment.number(variable, fallback, 1, 1'000'000));
    };
    const auto first = environment.milliseconds(
        {"LOCKOUT_INITIAL_MS", "the first lock; doubled with each failure"}, 1000, 1, 3'600'000);
    const auto most =
        environment.milliseconds({"LOCKOUT_MAX_MS", "the longest lock"}, 900'000, 1, 86'400'000);
    const auto anywhere = environment.milliseconds(
        {"LOCKOUT_ANYWHERE_MAX_MS", "the longest lock of an account for all addresses"}, 30'000, 1,
        3'600'000);
    return {
        .account_here = {max_failures({"LOCKOUT_ACCOUNT_FAILURES",
                                       "failed logins before an account is locked for the caller's network"},
                                      5),
                         first, most},
        .account = {max_failures({"LOCKOUT_ANYWHERE_FAILURES", "the same, for everybody"}, 200),
                    std::min(first, anywhere), anywhere},
        .address = {max_failures({"LOCKOUT_ADDRESS_FAILURES", "the same, for a network and every account"},
                                 50),
                    first, most},
        .key = std::move(key)};
}

std::string LoginThrottle::digest_of(const std::string& email) const {
    return core::keyed_digest(config_.key.reveal(), "email " + email);
}

// Rows are locked in one order everywhere.
LoginThrottle::Attempt LoginThrottle::begin(Transaction& tx, const std::string& email,
                                            const std::string& address) const {
    const auto account = "account " + digest_of(email);
    const auto network = core::keyed_digest(config_.key.reveal(), "address " + network_of(address));
    Attempt made;
    charge(tx, made, config_.account_here, account + " " + network);
    // Trying on from where it is locked keeps nobody else out.
    if (!made.locked) charge(tx, made, config_.account, account);
    if (!address.empty()) charge(tx, made, config_.address, "address " + network);
    return made;
}

void LoginThrottle::succeeded(Transaction& tx, const Attempt& made) const {
    store::forget_failures(tx, made.charges.front().key);
    for (std::size_t i = 1; i < made.charges.size(); ++i) {
        const auto& [key, lockout, failures] = made.charges[i];
        store::save_failures(tx, key, lockout->take_back(store::failures_for_update(tx, key), failures));
    }
}

void LoginThrottle::forget(Transaction& tx, const std::string& email) const {
    const auto account = "account " + digest_of(email);
    store::forget_failures(tx, account);
    store::forget_failures_behind(tx, account + " ");
}

bool LoginThrottle::may_mail(Transaction& tx, const std::string& user_id) const {
    Attempt made;
    charge(tx, made, kMails, "mails " + user_id);
    return !made.locked;
}

}  // namespace auth
