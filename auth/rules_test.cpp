// The rules of this service, as tables.
#include <gtest/gtest.h>

#include "auth/api_clients/api_client.hpp"
#include "auth/sessions/lockout.hpp"
#include "auth/sessions/session.hpp"
#include "auth/signing_keys/key_schedule.hpp"
#include "auth/users/password.hpp"
#include "auth/users/user.hpp"

namespace auth {
namespace {

using namespace std::chrono_literals;
const auto kNow = core::from_unix_s(1'763'700'000);

TEST(Email, HasOneSpelling) {
    const std::pair<const char*, std::optional<std::string>> cases[] = {
        {" Ada@Example.COM ", "ada@example.com"},
        {"o'brien+x@a-b.example", "o'brien+x@a-b.example"},
        {"zoë@exämple.de", "zoë@exämple.de"},
        {"", {}},
        {"ada", {}},
        {"@example.com", {}},
        {"ada@", {}},
        {"ada@host", {}},
        {"a b@c.de", {}},
        {"ada@-x.de", {}},
        {"ada@x..de", {}},
        {"ada@x.de\n", {}},
        {"<ada@x.de>", {}},
        {"a@b@c.de", {}},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(canonical_email(text), expected) << text;
    EXPECT_EQ(canonical_email(std::string(65, 'a') + "@x.de"), std::nullopt);
}

TEST(Password, IsRefusedForEveryReasonAtOnce) {
    EXPECT_TRUE(password_faults("correct horse, battery", "ada@example.com").empty());
    EXPECT_TRUE(password_faults("ääääöööüüü", "").empty());  // ten characters, twenty bytes
    EXPECT_EQ(password_faults("äöüß", "").size(), 1U);
    EXPECT_EQ(password_faults("QWERTYUIOP!!", "").size(), 1U);
    EXPECT_EQ(password_faults("1111111111", "").size(), 2U);  // commonest, and of one character
    EXPECT_EQ(password_faults("Ada@Example.com", "ada@example.com").size(), 1U);
    EXPECT_EQ(password_faults(std::string(129, 'a') + "bcd", "").size(), 1U);
}

TEST(Lockout, LastsTwiceAsLongEachTimeUpToTheMost) {
    const Lockout lockout{.free_failures = 3, .first = 1s, .most = 10s};
    const std::pair<int, std::chrono::milliseconds> cases[] = {{1, 0s}, {3, 0s}, {4, 1s},  {5, 2s},
                                                               {6, 4s}, {7, 8s}, {8, 10s}, {1000, 10s}};
    for (const auto& [count, lasts] : cases) EXPECT_EQ(lockout.after(count), lasts) << count;
}

TEST(Lockout, IsNotProlongedByTryingOnAndForgottenAfterADay) {
    const Lockout lockout{.free_failures = 1, .first = 60s, .most = 600s};
    auto failures = lockout.charge(lockout.charge({}, kNow), kNow);
    EXPECT_TRUE(lockout.is_locked(failures, kNow + 59s));
    EXPECT_EQ(lockout.charge(failures, kNow + 30s).locked_until, kNow + 60s);
    EXPECT_EQ(lockout.charge(failures, kNow + 61s).count, 3);
    EXPECT_EQ(lockout.charge(failures, kNow + 25h).count, 1);
}

TEST(Lockout, TakesBackWhatASuccessfulTryWasCharged) {
    const Lockout lockout{.free_failures = 1, .first = 60s, .most = 600s};
    const auto one = lockout.charge({}, kNow);
    const auto two = lockout.charge(one, kNow);
    const auto after = lockout.take_back(two, two);
    EXPECT_EQ(after.count, 1);
    EXPECT_FALSE(lockout.is_locked(after, kNow));
    // A lock that somebody else's failures brought stays.
    EXPECT_TRUE(lockout.is_locked(lockout.take_back(two, one), kNow));
}

TEST(RefreshToken, IsJudgedByWhatHappenedToIt) {
    const SessionLife life{.idle = 100s, .absolute = 1000s, .lost_answer = 10s};
    const RefreshCase fresh{kNow + 500s, false, kNow + 100s, {}, false};
    const auto with = [&](auto change) {
        auto it = fresh;
        change(it);
        return judge(it, life, kNow);
    };
    EXPECT_EQ(with([](auto&) {}), Refresh::exchange);
    EXPECT_EQ(with([](auto& it) { it.revoked = true; }), Refresh::refused);
    EXPECT_EQ(with([](auto& it) { it.session_ends = kNow; }), Refresh::refused);
    EXPECT_EQ(with([](auto& it) { it.token_ends = kNow; }), Refresh::refused);
    EXPECT_EQ(with([](auto& it) { it.used_at = kNow - 10s; }), Refresh::repeat);
    EXPECT_EQ(with([](auto& it) { it.used_at = kNow - 11s; }), Refresh::reuse);
    EXPECT_EQ(with([](auto& it) {
                  it.used_at = kNow - 1s;
                  it.successor_used = true;
              }),
              Refresh::reuse);
}

TEST(Scopes, AreNoMoreThanWasGranted) {
    using Scopes = std::vector<std::string>;
    const Scopes some{"catalog:read", "orders:read"};
    EXPECT_EQ(granted(some, {}), some);
    EXPECT_EQ(granted(some, Scopes{"orders:read"}), Scopes{"orders:read"});
    EXPECT_EQ(granted(some, Scopes{"orders:write"}), std::nullopt);
    EXPECT_EQ(granted(some, Scopes{"*"}), std::nullopt);
    EXPECT_EQ(granted({"*"}, Scopes{"orders:write"}), Scopes{"orders:write"});
    EXPECT_EQ(parse_scopes("b:read a:write b:read"), (Scopes{"a:write", "b:read"}));
    for (const auto* wrong : {"", "a", "a:delete", "a:read  b:read", ":read", "A:read", "a:read "})
        EXPECT_EQ(parse_scopes(wrong), std::nullopt) << wrong;
}

TEST(Keys, SignAfterTheirNoticeAndGoAfterTheirLastToken) {
    const KeyRules rules{.notice = 60s, .max_age = 1000s, .token_life = 300s};
    const core::Time two[] = {kNow, kNow + 100s};
    EXPECT_EQ(signing(two, kNow - 1s), std::nullopt);
    EXPECT_EQ(signing(two, kNow + 99s), 0U);
    EXPECT_EQ(signing(two, kNow + 100s), 1U);
    EXPECT_EQ(outlived(two, rules, kNow + 100s + 300s), 0U);
    EXPECT_EQ(outlived(two, rules, kNow + 100s + 300s + 61s), 1U);
    EXPECT_FALSE(wants_new(two, rules, kNow + 1100s));
    EXPECT_TRUE(wants_new(two, rules, kNow + 1101s));
    EXPECT_TRUE(wants_new({}, rules, kNow));
    EXPECT_EQ(outlived({}, rules, kNow), 0U);
}

TEST(User, ThatIsTheLastAdminStaysOne) {
    using http::Role;
    const User admin{.id = "usr_1", .email = "a@b.de", .name = "A", .role = Role::admin};
    const User client{.id = "cli_1", .email = "c@b.de", .name = "C", .role = Role::client};
    const auto refused = [](const User& user, const UserChange& change, bool others) {
        return refuse_change(user, change, others).has_value();
    };
    EXPECT_TRUE(refused(admin, {"A", Role::seller, UserState::active}, false));
    EXPECT_TRUE(refused(admin, {"A", Role::admin, UserState::disabled}, false));
    EXPECT_FALSE(refused(admin, {"B", Role::admin, UserState::active}, false));
    EXPECT_FALSE(refused(admin, {"A", Role::seller, UserState::active}, true));
    EXPECT_TRUE(refused(admin, {"A", Role::client, UserState::active}, true));
    EXPECT_TRUE(refused(client, {"C", Role::admin, UserState::active}, true));
    EXPECT_TRUE(refused(client, {"D", Role::client, UserState::active}, true));
    EXPECT_FALSE(refused(client, {"C", Role::client, UserState::disabled}, false));
}

}  // namespace
}  // namespace auth
