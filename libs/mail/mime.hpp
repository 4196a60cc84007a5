// A mail as a file: RFC 5322, with RFC 2045 to 2047 for what is not ASCII. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "mail/templates.hpp"

namespace mail {

struct Message {
    std::string id;  // evn_…: makes the Message-ID, so that a mail written twice is one mail
    core::Time date;
    Mailbox from;
    Mailbox to;
    Text text;
};

// Lines end with \r\n and have at most 998 bytes. Whatever the names and the subject hold, no line of theirs
// is taken for another header. Addresses that are not ASCII stand as they are (RFC 6532).
std::string compose(const Message& message);

// Text of a header: as it is where it is printable ASCII, else as encoded-words of at most 75 characters, a
// line each.
std::string encode_words(std::string_view text);

}  // namespace mail
