#include "auth/accounts/user_service.hpp"

#include <algorithm>

#include "auth/sessions/session_store.hpp"
#include "auth/users/password.hpp"
#include "core/id.hpp"

namespace auth {
namespace {

using core::Result;
using postgres::Transaction;

core::Error no_user(const std::string& id) {
    return core::not_found("no user " + id);
}

UserChange said(const User& user) {
    return {user.name, user.role, user.state};
}

core::json::Value details_of(const UserChange& change) {
    return {{"role", to_string(change.role)}, {"state", core::name_of(kUserStates, change.state)}};
}

}  // namespace

Result<User> UserService::create(const NewUser& wanted, const RequestOrigin& origin) {
    User user{.id = core::Id<"usr">::make().value(),
              .email = wanted.email,
              .name = wanted.name,
              .locale = wanted.locale,
              .role = wanted.role};
    if (wanted.password) {
        std::vector<core::FieldError> errors;
        for (auto& fault : password_faults(*wanted.password, wanted.email))
            errors.push_back({"password", std::move(fault)});
        if (!errors.empty()) return core::invalid(std::move(errors));
        user.password_hash = hasher_.hash(*wanted.password);
    }
    return db_.transact([&](Transaction& tx) -> Result<User> {
        if (!store::insert_user(tx, user)) return core::conflict("this e-mail address has a user already");
        const auto made = store::find_user_for_update(tx, user.id).value();
        if (!wanted.password) passwords_.mail(tx, made, MailPurpose::password_reset, origin.trace);
        record(tx, origin,
               {.action = "auth.user_created", .object = made.id, .details = details_of(said(made))});
        return made;
    });
}

Result<User> UserService::find(const std::string& id) {
    auto user = db_.single([&](Transaction& tx) { return store::find_user(tx, id); });
    if (!user) return no_user(id);
    return *std::move(user);
}

UserService::Page UserService::list(const UserFilter& filter) {
    auto users = db_.transact([&](Transaction& tx) {
        tx.plan_for_values();
        return store::list_users(tx, filter);
    });
    const bool has_more = users.size() > static_cast<std::size_t>(filter.page.limit);
    if (has_more) users.pop_back();
    return {std::move(users), has_more};
}

Result<User> UserService::change(const std::string& id, const rest::VersionTest& expected, const Edit& edit,
                                 const RequestOrigin& origin) {
    return db_.transact([&](Transaction& tx) -> Result<User> {
        // Of two admins who take each other's role away at once, one must see what the other did.
        const auto admins = store::lock_admins(tx);
        const auto before = store::find_user_for_update(tx, id);
        if (!before || before->state == UserState::erased) return no_user(id);
        if (expected && !expected(before->version)) return rest::outdated();
        const auto change = edit(said(*before));
        if (!change) return change.error();
        if (*change == said(*before)) return *before;
        const bool others = std::ranges::any_of(admins, [&](const auto& admin) { return admin != id; });
        if (auto refusal = refuse_change(*before, *change, others)) return *refusal;
        auto after = *before;
        std::tie(after.name, after.role, after.state) = std::tie(change->name, change->role, change->state);
        store::save_user(tx, after);
        if (after.role != before->role) store::revoke_sessions_of(tx, id, "role");
        if (after.state != before->state) store::revoke_sessions_of(tx, id, "state");
        after = store::find_user(tx, id).value();
        record(tx, origin,
               {.action = "auth.user_changed",
                .object = id,
                .details = {{"before", details_of(said(*before))}, {"after", details_of(*change)}}});
        return after;
    });
}

void UserService::ensure_admin(const std::string& email, const std::string& password) {
    const User admin{.id = core::Id<"usr">::make().value(),
                     .email = email,
                     .name = "Administrator",
                     .role = http::Role::admin,
                     .password_hash = hasher_.hash(password)};
    db_.transact([&](Transaction& tx) {
        if (!store::lock_admins(tx).empty() || !store::insert_user(tx, admin)) return;
        record(tx, RequestOrigin::ours(),
               {.action = "auth.user_created", .object = admin.id, .details = details_of(said(admin))});
    });
}

}  // namespace auth
