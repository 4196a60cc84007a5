#include "mail/mailjet_sink.hpp"

#include <algorithm>
#include <set>

#include "core/base64.hpp"
#include "core/json.hpp"
#include "core/utf8.hpp"

namespace mail {
namespace {

using events::Event;
using events::Outcome;
using Json = core::json::Value;
using Kind = Outcome::Kind;

constexpr std::size_t kMaxInList = 50;
constexpr int kTooMany = 429;

Json to_json(const Mailbox& box) {
    Json json{{"Email", box.email}};
    if (!box.name.empty()) json["Name"] = box.name;
    return json;
}

int status_of(const Json& error) {
    const auto found = error.find("StatusCode");
    return found != nullptr && found->is_number_integer() ? found->get<int>() : 0;
}

std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

// About the sender or the account: no other mail would fare better.
bool is_about_us(const Json& error) {
    const auto status = status_of(error);
    if (status == 401 || status == 403) return true;
    const auto related = error.find("ErrorRelatedTo");
    return related != nullptr && related->is_array() && !related->empty() &&
           std::ranges::all_of(*related, [](const Json& field) {
               return field.is_string() && field.text().starts_with("From");
           });
}

// Mailjet's words may hold the address: its codes and the fields they are about must do.
std::string describe(const Json& error) {
    auto text = "Mailjet refuses it: " + text_of(error, "ErrorCode") + " " + std::to_string(status_of(error));
    const auto related = error.find("ErrorRelatedTo");
    if (related != nullptr && related->is_array()) {
        for (const auto& field : *related) {
            if (field.is_string()) text += " " + field.get<std::string>();
        }
    }
    return core::printable(text, 300);
}

Outcome outcome_of(const Json& message) {
    const auto status = text_of(message, "Status");
    if (status == "success") return Outcome::delivered();
    const auto errors = message.find("Errors");
    if (status != "error" || errors == nullptr || !errors->is_array() || errors->empty())
        return Outcome::failed("Mailjet's answer is not readable");
    const auto& first = errors->front();
    if (!first.is_object()) return Outcome::failed("Mailjet's answer is not readable");
    if (is_about_us(first)) return Outcome::unavailable(describe(first));
    if (status_of(first) >= 500 || status_of(first) == kTooMany) return Outcome::failed(describe(first));
    return Outcome::refused(describe(first));
}

// {"Messages":[…]}, one for each in their order; nothing when it is not that.
std::optional<std::vector<Outcome>> read_answer(const std::string& body,
                                                const std::vector<std::string>& ids) {
    const auto answer = Json::parse(body, false);
    if (!answer.is_object()) return {};
    const auto messages = answer.find("Messages");
    if (messages == nullptr || !messages->is_array() || messages->size() != ids.size()) return {};
    std::vector<Outcome> outcomes;
    for (const auto& message : *messages) {
        const auto id = message.is_object() ? text_of(message, "CustomID") : "";
        if (!message.is_object() || (!id.empty() && id != ids[outcomes.size()])) return {};
        outcomes.push_back(outcome_of(message));
    }
    return outcomes;
}

Outcome away(const std::string& what, const http::Client::Reply& reply) {
    auto outcome = Outcome::unavailable(what + " (" + std::to_string(reply.status) + ")");
    if (reply.retry_after) outcome.retry_after = *reply.retry_after;
    return outcome;
}

}  // namespace

struct Mailjet::Mail {
    std::size_t index;  // in the list to be delivered
    std::string id;
    std::string subject;
    std::string message;  // JSON
};

Mailjet::Mailjet(Config config)
    : config_(std::move(config)),
      headers_{{"Content-Type", "application/json"},
               {"Authorization", "Basic " + core::to_base64(std::string{config_.key.reveal()} + ":" +
                                                            std::string{config_.secret.reveal()})}},
      client_(
          {.base_url = config_.base_url, .bearer = "", .connect_timeout = std::chrono::milliseconds{5'000}}) {
}

core::Result<std::string> Mailjet::message_for(const Event& event) const {
    const auto request = read_request(event.data);
    if (!request) return request.error();
    const auto text = write(*request, config_.sender.shop_url);
    if (!text) return text.error();
    Json message{{"From", to_json(config_.sender.from)}, {"To", {to_json(request->to)}}};
    if (const auto kept = config_.templates.find(request->which); kept != config_.templates.end()) {
        Json variables{{"name", request->to.name}, {"link", link_of(*request, config_.sender.shop_url)}};
        for (const auto& [name, value] : request->variables) variables[name] = value;
        message["TemplateID"] = kept->second;
        message["TemplateLanguage"] = true;
        message["Subject"] = text->subject;
        message["Variables"] = std::move(variables);
    } else {
        message["Subject"] = text->subject;
        message["TextPart"] = text->plain;
        message["HTMLPart"] = text->html;
    }
    message["CustomID"] = event.id;
    // A token in a link is for its reader, not for click tracking.
    message["TrackClicks"] = "disabled";
    message["TrackOpens"] = "disabled";
    return message.dump();
}

// Of one subject a list holds one mail only: when that fails, those behind it have not been sent.
std::vector<Outcome> Mailjet::deliver(std::span<const Event> events) {
    std::vector<Outcome> outcomes(events.size(), Outcome::failed("an earlier mail has to go first"));
    std::vector<Mail> waiting;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (is_erased(events[i].data)) {
            outcomes[i] = Outcome::delivered();
            continue;
        }
        auto message = message_for(events[i]);
        if (message) {
            waiting.push_back({i, events[i].id, events[i].subject, *std::move(message)});
        } else {
            outcomes[i] = Outcome::refused(refusal(message.error()));
        }
    }
    std::set<std::string_view> blocked;
    std::vector<bool> done(waiting.size());
    while (true) {
        std::set<std::string_view> in_list;
        std::vector<const Mail*> list;
        for (std::size_t i = 0; i < waiting.size() && list.size() < kMaxInList; ++i) {
            const auto& mail = waiting[i];
            if (done[i] || blocked.contains(mail.subject) || !in_list.insert(mail.subject).second) continue;
            done[i] = true;
            list.push_back(&mail);
        }
        if (list.empty()) return outcomes;
        const auto sent = send(list);
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (sent[i].kind == Kind::failed || sent[i].kind == Kind::unavailable)
                blocked.insert(list[i]->subject);
            outcomes[list[i]->index] = sent[i];
        }
        const auto all_unavailable = std::ranges::find(sent, Kind::unavailable, &Outcome::kind);
        if (all_unavailable == sent.end()) continue;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (!done[i]) outcomes[waiting[i].index] = *all_unavailable;
        }
        return outcomes;
    }
}

std::vector<Outcome> Mailjet::send(std::span<const Mail* const> mails) {
    std::string body = R"({"Messages":[)";
    std::vector<std::string> ids;
    for (const auto* mail : mails) {
        if (!ids.empty()) body += ',';
        body += mail->message;
        ids.push_back(mail->id);
    }
    const auto sent = client_.send("/v3.1/send", body + "]}", headers_, config_.deadline);
    const auto all = [&](const Outcome& outcome) { return std::vector<Outcome>(mails.size(), outcome); };
    if (!sent.reached) return all(Outcome::unavailable("Mailjet can't be reached"));
    // Mails may have gone out: each is one try nearer to being parked.
    if (!sent.reply) return all(Outcome::failed("Mailjet gives no answer"));
    const auto& reply = *sent.reply;
    if (reply.status == 401 || reply.status == 403) return all(away("Mailjet refuses our key", reply));
    if (reply.status == kTooMany) return all(away("Mailjet takes no more for now", reply));
    if (reply.status < 500) {
        if (auto outcomes = read_answer(reply.body, ids)) return *std::move(outcomes);
        // As when there is no answer.
        if (reply.status < 300) return all(Outcome::failed("Mailjet's answer is not readable"));
        return send_one_by_one(mails,
                               Outcome::refused("Mailjet refuses it: " + std::to_string(reply.status)));
    }
    return send_one_by_one(mails, away("Mailjet does not work", reply));
}

// What is said of a whole list may be one mail's fault. A mail alone gets `of_all`, and is the only one to
// blame when others went out.
std::vector<Outcome> Mailjet::send_one_by_one(std::span<const Mail* const> mails, const Outcome& of_all) {
    constexpr std::size_t kProbes = 3;  // as many in vain, and it is not the mails
    if (mails.size() == 1) return {of_all};
    std::vector<Outcome> outcomes;
    bool one_went_out = false;
    for (const auto* mail : mails) {
        if (!one_went_out && outcomes.size() >= kProbes && outcomes.back().kind == Kind::unavailable) {
            outcomes.push_back(outcomes.back());
            continue;
        }
        outcomes.push_back(send({&mail, 1}).front());
        one_went_out |= outcomes.back().kind == Kind::delivered;
    }
    for (auto& outcome : outcomes) {
        if (one_went_out && outcome.kind == Kind::unavailable) outcome.kind = Kind::failed;
    }
    return outcomes;
}

}  // namespace mail
