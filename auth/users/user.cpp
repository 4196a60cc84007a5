#include "auth/users/user.hpp"

#include <algorithm>

namespace auth {
namespace {

constexpr std::size_t kLongestEmail = 254;  // RFC 5321

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_local_part(std::string_view text) {
    constexpr std::string_view kAlso = ".!#$%&'*+/=?^_`{|}~-";
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [&](char c) {
        return is_alphanumeric(c) || kAlso.find(c) != std::string_view::npos;
    });
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_domain(std::string_view text) {
    if (text.find('.') == std::string_view::npos) return false;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find('.', start), text.size());
        if (!is_label(text.substr(start, end - start))) return false;
        start = end + 1;
    }
    return true;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::optional<std::string> canonical_email(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (text.size() > kLongestEmail) return {};
    std::string email{text};
    std::ranges::transform(email, email.begin(), lower);
    const auto at = email.rfind('@');
    if (at == std::string::npos) return {};
    const std::string_view view{email};
    if (!is_local_part(view.substr(0, at)) || !is_domain(view.substr(at + 1))) return {};
    return email;
}

bool is_locale(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return text.size() >= 2 && text.size() <= 35 && is_letter(text[0]) && is_letter(text[1]) &&
           std::ranges::all_of(text,
                               [&](char c) { return is_letter(c) || c == '-' || (c >= '0' && c <= '9'); });
}

std::optional<core::Error> refuse_change(const User& user, const UserChange& change, bool other_admins) {
    using http::Role;
    const bool was_client = user.role == Role::client;
    if (was_client != (change.role == Role::client))
        return core::conflict("a client stays a client, and nobody else becomes one");
    if (was_client && change.name != user.name)
        return core::conflict("what a client is called is said by the client");
    const bool was_admin = user.role == Role::admin && user.state == UserState::active;
    const bool stays_admin = change.role == Role::admin && change.state == UserState::active;
    if (was_admin && !stays_admin && !other_admins)
        return core::conflict("this is the last administrator: make another one first");
    return {};
}

}  // namespace auth
