// Who calls, and who may call a route.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enum_names.hpp"

namespace http {

enum class Role {
    admin,
    seller,
    client,
    machine,
    service,  // another service of the suite, on /internal/, or a program that acts for one
};

inline constexpr core::Names<Role, 5> kRoleNames{{{Role::admin, "admin"},
                                                  {Role::seller, "seller"},
                                                  {Role::client, "client"},
                                                  {Role::machine, "machine"},
                                                  {Role::service, "service"}}};

inline std::string_view to_string(Role role) {
    return core::name_of(kRoleNames, role);
}
inline std::optional<Role> parse_role(std::string_view text) {
    return core::find_name(kRoleNames, text);
}

// A set of roles: `Role::admin | Role::seller`. The empty set is kAnyone, and nothing adds to it: together
// with a role it is that role, so that a slip closes a route and never opens one.
class Roles {
public:
    constexpr Roles(Role role) : bits_(1U << static_cast<unsigned>(role)) {}
    static constexpr Roles anyone() { return Roles{}; }

    constexpr bool is_anyone() const { return bits_ == 0; }
    constexpr bool has(Role role) const { return (bits_ & Roles{role}.bits_) != 0; }

    friend constexpr bool operator==(Roles, Roles) = default;

private:
    constexpr Roles() = default;
    friend constexpr Roles operator|(Roles, Roles);
    unsigned bits_ = 0;
};

constexpr Roles operator|(Roles a, Roles b) {
    a.bits_ |= b.bits_;
    return a;
}

// C++ looks for an operator of two enumerators among those that name the enumeration.
constexpr Roles operator|(Role a, Role b) {
    return Roles{a} | Roles{b};
}

inline constexpr Roles kAnyone = Roles::anyone();  // no token asked for

// "admin client", in the order of the enumerators; "anyone".
inline std::string to_string(Roles roles) {
    if (roles.is_anyone()) return "anyone";
    std::string text;
    for (const auto& [role, name] : kRoleNames) {
        if (roles.has(role)) text += (text.empty() ? "" : " ") + std::string{name};
    }
    return text;
}

// Whose token a request bears. Only programs have scopes: what of their role they were given.
struct Caller {
    std::string subject;
    Role role;
    std::optional<std::vector<std::string>> scopes = {};

    // Whether the scopes reach this service; without scopes the role alone decides. `write` does not hold
    // `read`.
    bool reaches(std::string_view service, bool writes) const {
        if (!scopes) return true;
        const auto needed = std::string{service} + (writes ? ":write" : ":read");
        return std::ranges::any_of(*scopes,
                                   [&](const auto& scope) { return scope == "*" || scope == needed; });
    }
};

}  // namespace http
