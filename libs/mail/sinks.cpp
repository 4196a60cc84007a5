#include "mail/sinks.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "core/address.hpp"
#include "mail/file_sink.hpp"
#include "mail/mailjet_sink.hpp"

namespace mail {
namespace {

Sender read_sender(core::Environment& environment) {
    Sender sender{.from = {.email = environment.text({"MAIL_FROM", "the address mails are from"}),
                           .name = environment.text({"MAIL_FROM_NAME", "whom mails are from"}, "")},
                  .shop_url = environment.text(
                      {"SHOP_URL", "where the links of mails lead, such as https://shop.example"})};
    if (!sender.from.email.empty() && !core::is_email(sender.from.email))
        environment.fault("MAIL_FROM", "must be an e-mail address");
    while (sender.shop_url.ends_with('/')) sender.shop_url.pop_back();
    const bool is_web = sender.shop_url.starts_with("https://") || sender.shop_url.starts_with("http://");
    if (!sender.shop_url.empty() && !is_web)
        environment.fault("SHOP_URL", "must start with https:// or http://");
    return sender;
}

// MAIL_TEMPLATE_ORDER_PAID
std::string variable_of(std::string_view name) {
    std::string variable{"MAIL_TEMPLATE_"};
    for (const char c : name) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return variable;
}

std::map<Template, std::int64_t> read_templates(core::Environment& environment) {
    std::map<Template, std::int64_t> templates;
    for (const auto& [which, name] : kTemplates) {
        const auto number = environment.number(
            {variable_of(name), "number of a template kept at Mailjet; 0: our own words"}, 0, 0, INT64_MAX);
        if (number > 0) templates[which] = number;
    }
    return templates;
}

}  // namespace

std::shared_ptr<events::Sink> make_folder(const std::string& url, core::Environment& environment) {
    constexpr std::string_view kScheme = "file://";
    auto folder = std::filesystem::path{url.substr(kScheme.size())};
    if (!folder.is_absolute()) environment.fault("EVENT_SINKS", "needs file:///an/absolute/folder");
    return std::make_shared<Folder>(std::move(folder), read_sender(environment));
}

std::shared_ptr<events::Sink> make_mailjet(const std::string& url, core::Environment& environment) {
    constexpr std::string_view kScheme = "mailjet+";
    auto base_url = url.substr(kScheme.size());
    while (base_url.ends_with('/')) base_url.pop_back();
    return std::make_shared<Mailjet>(Mailjet::Config{
        .base_url = std::move(base_url),
        .key = environment.secret({"MAILJET_API_KEY", "public half of the account's key"}),
        .secret = environment.secret({"MAILJET_API_SECRET", "secret half of it"}),
        .sender = read_sender(environment),
        .templates = read_templates(environment),
        .deadline = environment.milliseconds({"MAILJET_DEADLINE_MS", "for Mailjet's answer to a list"},
                                             20'000, 100, 120'000)});
}

}  // namespace mail
