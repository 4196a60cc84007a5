// A change of password that was asked for: `auth` does it when it can, and tells what became of it. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/enum_names.hpp"
#include "core/secret.hpp"

namespace clients {

using PasswordChangeId = base::Id<"pch">;

struct Passwords {
    base::Secret before;
    base::Secret after;
};

enum class PasswordChangeStatus { pending, applied, refused };
constexpr base::Names<PasswordChangeStatus, 3> kPasswordChangeStatuses{
    {{PasswordChangeStatus::pending, "pending"},
     {PasswordChangeStatus::applied, "applied"},
     {PasswordChangeStatus::refused, "refused"}}};

struct PasswordChange {
    PasswordChangeId id;
    PasswordChangeStatus status;
    std::optional<std::string> reason;  // why it was refused
    base::Time created_at;
    std::optional<base::Time> settled_at;
};

}  // namespace clients
