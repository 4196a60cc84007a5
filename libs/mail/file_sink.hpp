// Mails as files, for a developer to read: <event id>.eml, one a mail, there in one step.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/sink.hpp"
#include "mail/templates.hpp"

namespace mail {

// Whom mails are from, and where their links lead.
struct Sender {
    Mailbox from;
    std::string shop_url;
};

class Folder : public events::Sink {
public:
    // The folder is made when the first mail comes, for the owner's eyes only: there are tokens in it.
    Folder(std::filesystem::path folder, Sender sender)
        : folder_(std::move(folder)), sender_(std::move(sender)) {}
    std::vector<events::Outcome> deliver(std::span<const events::Event> events) override;

private:
    events::Outcome deliver_one(const events::Event& event) const;

    std::filesystem::path folder_;
    Sender sender_;
};

// Why a mail can't be written, for an admin: names of fields, nothing of what is in them.
std::string refusal(const core::Error& error);

}  // namespace mail
