// What mails say, in English, French and German. Pure.
#pragma once

#include <string>
#include <string_view>

#include "mail/mail_request.hpp"

namespace mail {

struct Text {
    std::string subject;
    std::string plain;  // lines end with \n
    std::string html;
};

// `shop_url`, without a slash at its end, is where links lead: /verify-email?token=…,
// /reset-password?token=…, /login, /orders/<id>. `invalid` when a variable is missing.
core::Result<Text> write(const Request& request, const std::string& shop_url);

// The link alone, for templates that are kept elsewhere; empty where a mail has none.
std::string link_of(const Request& request, const std::string& shop_url);

}  // namespace mail
