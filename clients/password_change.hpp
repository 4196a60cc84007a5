// A change of password that was asked for: `auth` does it when it can, and tells what became of it. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/enum_names.hpp"
#include "core/id.hpp"
#include "core/secret.hpp"

namespace clients {

using PasswordChangeId = core::Id<"pch">;

struct Passwords {
    core::Secret before;
    core::Secret after;
};

enum class PasswordChangeStatus { pending, applied, refused };
constexpr core::Names<PasswordChangeStatus, 3> kPasswordChangeStatuses{
    {{PasswordChangeStatus::pending, "pending"},
     {PasswordChangeStatus::applied, "applied"},
     {PasswordChangeStatus::refused, "refused"}}};

struct PasswordChange {
    PasswordChangeId id;
    PasswordChangeStatus status;
    std::optional<std::string> reason;  // why it was refused
    core::Time created_at;
    std::optional<core::Time> settled_at;
};

}  // namespace clients
