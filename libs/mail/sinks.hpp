// Where mails go: destinations of the event mail.requested.
//
//   file:///a/folder                  one .eml file a mail
//   mailjet+https://api.mailjet.com   Mailjet's Send API v3.1
//
// Variables, read only when there is such a destination: MAIL_FROM, MAIL_FROM_NAME, SHOP_URL; with Mailjet
// MAILJET_API_KEY, MAILJET_API_SECRET, MAILJET_DEADLINE_MS, and MAIL_TEMPLATE_<NAME>: the number of a
// template kept there, instead of our own words.
#pragma once

#include <memory>
#include <string>

#include "core/environment.hpp"
#include "events/sink.hpp"

namespace mail {

std::shared_ptr<events::Sink> make_folder(const std::string& url, core::Environment& environment);
std::shared_ptr<events::Sink> make_mailjet(const std::string& url, core::Environment& environment);

}  // namespace mail
