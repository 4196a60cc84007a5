#include "auth/settings.hpp"

#include "auth/users/password.hpp"
#include "core/id.hpp"
#include "runtime/event_sinks.hpp"
#include "runtime/service.hpp"

namespace auth {
namespace {

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
    return settings;
}

}  // namespace auth
