// Mails by Mailjet's Send API v3.1: lists of at most 50, each message with an answer of its own.
// https://dev.mailjet.com/email/reference/send-emails/ and https://dev.mailjet.com/email/guides/send-api-v31/
//
// A list of which some messages fail is answered 400, and the others are sent all the same; so the status
// says nothing about a message, its entry in the answer does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/secret.hpp"
#include "http/client.hpp"
#include "mail/file_sink.hpp"

namespace mail {

class Mailjet : public events::Sink {
public:
    struct Config {
        std::string base_url;  // https://api.mailjet.com
        core::Secret key;
        core::Secret secret;
        Sender sender;
        std::map<Template, std::int64_t> templates;  // kept at Mailjet, used instead of our words
        std::chrono::milliseconds deadline;
    };
    explicit Mailjet(Config config);
    std::vector<events::Outcome> deliver(std::span<const events::Event> events) override;

private:
    struct Mail;
    std::vector<events::Outcome> send(std::span<const Mail* const> mails);
    std::vector<events::Outcome> send_one_by_one(std::span<const Mail* const> mails,
                                                 const events::Outcome& of_all);
    core::Result<std::string> message_for(const events::Event& event) const;

    Config config_;
    http::Headers headers_;
    http::Client client_;
};

}  // namespace mail
