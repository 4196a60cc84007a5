// What other services tell this one: clients that come, change and go, and what is for the audit log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts/password_service.hpp"
#include "auth/users/password_hasher.hpp"
#include "core/environment.hpp"
#include "core/secret.hpp"
#include "events/inbox.hpp"

namespace auth {

// What passwords on their way are sealed with.
struct PasswordSeal {
    std::vector<std::string> public_keys;
    std::vector<core::Secret> secret_keys;
    // PASSWORD_SEAL_PUBLIC_KEY, PASSWORD_SEAL_SECRET_KEY
    static PasswordSeal read(core::Environment& environment);
    // Nothing when it is sealed for none of the pairs.
    std::optional<std::string> open(std::string_view sealed) const;
};

class EventHandlers {
public:
    EventHandlers(Hasher& hasher, Passwords& passwords, const LoginThrottle& login_throttle,
                  PasswordSeal seal)
        : hasher_(hasher), passwords_(passwords), login_throttle_(login_throttle), seal_(std::move(seal)) {}
    // These handlers must outlive the inbox.
    void register_handlers(events::Inbox& inbox);

private:
    using Event = events::Event;
    using Result = core::Result<void>;
    core::Result<std::optional<std::string>> hash_of(const std::optional<std::string>& sealed);
    Result registered(postgres::Transaction& tx, const Event& event);
    Result handle_repeated_registration(postgres::Transaction& tx, const Event& event, User user,
                                        const std::string& email, std::optional<core::Time> proved);
    Result refuse_address(postgres::Transaction& tx, const Event& event, const std::string& id,
                          const std::string& owner_id);
    Result email_changed(postgres::Transaction& tx, const Event& event);
    Result password_changed(postgres::Transaction& tx, const Event& event);
    Result erased(postgres::Transaction& tx, const Event& event);
    static Result audited(postgres::Transaction& tx, const Event& event);
    // Why not; empty when the password is the new one now.
    std::string change_password(postgres::Transaction& tx, const User& user, const std::string& passwords);

    Hasher& hasher_;
    Passwords& passwords_;
    const LoginThrottle& login_throttle_;
    const PasswordSeal seal_;
};

}  // namespace auth
