#include "mail/mime.hpp"

#include <algorithm>
#include <array>

#include "core/base64.hpp"

namespace mail {
namespace {

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// The length of the UTF-8 character that begins with `c`; 1 for what begins none.
std::size_t length_of_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xF0) return 4;
    if (byte >= 0xE0) return 3;
    return byte >= 0xC0 ? 2 : 1;
}

// A display name: a quoted-string where it is ASCII (RFC 5322, 3.2.4).
std::string display_name(const std::string& name) {
    constexpr std::size_t kLongestQuoted = 60;
    if (!is_plain(name) || name.size() > kLongestQuoted) return encode_words(name);
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

// Its address was checked when it was read; what could end a line or the address is left out all the same.
std::string address(const Mailbox& box) {
    std::string email;
    for (const char c : box.email) {
        if (static_cast<unsigned char>(c) > ' ' && c != '<' && c != '>' && c != '\x7F') email += c;
    }
    return box.name.empty() ? email : display_name(box.name) + "\r\n <" + email + ">";
}

// Fri, 21 Nov 2026 05:47:52 +0000
std::string date_text(core::Time time) {
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    std::array<char, 64> text{};
    const auto size = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d +0000",
        kDays.at(std::chrono::weekday{day}.c_encoding()), unsigned{date.day()},
        kMonths.at(unsigned{date.month()} - 1), int{date.year()}, static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

// Broken at blanks, so that lines stay below 78 where words allow it; a word longer than a line may be is
// cut.
void append_wrapped(std::string& out, std::string_view line) {
    constexpr std::size_t kWish = 77;
    constexpr std::size_t kMost = 990;
    while (line.size() > kWish) {
        auto end = line.rfind(' ', kWish);
        if (end == std::string_view::npos || end == 0) end = line.find(' ', 1);
        if (end == std::string_view::npos || end > kMost) {
            if (line.size() <= kMost) break;
            end = kMost;
            while ((line[end] & 0xC0) == 0x80) --end;
        }
        out.append(line.substr(0, end)).append("\r\n");
        line.remove_prefix(end + (line[end] == ' ' ? 1 : 0));
    }
    out.append(line).append("\r\n");
}

// Left as it is, so that people can read it and click its link: all we write it to takes 8 bits (RFC 6152).
void append_part(std::string& out, const std::string& boundary, std::string_view type,
                 std::string_view text) {
    out += "--" + boundary + "\r\nContent-Type: " + std::string{type} +
           "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        append_wrapped(out, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::string host_of(const std::string& email) {
    return email.substr(email.rfind('@') + 1);
}

}  // namespace

std::string encode_words(std::string_view text) {
    constexpr std::size_t kMaxBytes = 45;  // 60 in base64, with =?UTF-8?B? and ?= 72
    if (is_plain(text) && text.size() <= kMaxBytes) return std::string{text};
    std::string words;
    while (!text.empty()) {
        std::size_t size = 0;
        while (size < text.size()) {
            const auto next = std::min(length_of_character(text[size]), text.size() - size);
            if (size + next > kMaxBytes) break;
            size += next;
        }
        if (!words.empty()) words += "\r\n ";
        words += "=?UTF-8?B?" + core::to_base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return words;
}

std::string compose(const Message& message) {
    const auto boundary = "=_" + message.id;  // no line of ours begins with --=_
    std::string mail;
    const auto add = [&mail](std::string_view name, const std::string& value) {
        mail.append(name).append(": ").append(value).append("\r\n");
    };
    add("Date", date_text(message.date));
    add("From", address(message.from));
    add("To", address(message.to));
    add("Subject", encode_words(message.text.subject));
    add("Message-ID", "<" + message.id + "@" + host_of(message.from.email) + ">");
    add("Auto-Submitted", "auto-generated");
    add("MIME-Version", "1.0");
    add("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
    mail += "\r\n";
    append_part(mail, boundary, "text/plain", message.text.plain);
    append_part(mail, boundary, "text/html", message.text.html);
    return mail + "--" + boundary + "--\r\n";
}

}  // namespace mail
