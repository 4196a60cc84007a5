#include "mail/mail_request.hpp"

#include "core/address_json.hpp"
#include "core/json_reader.hpp"

namespace base::mail {

void request(pg::Transaction& tx, const Request& request, const std::string& subject, std::int64_t version,
             const Trace& trace) {
    const auto event = event_of(request, subject, version);
    events::tell(tx, {&event, 1}, trace);
}

events::NewEvent event_of(const Request& request, const std::string& subject, std::int64_t version) {
    return {.type = "mail.requested",
            .subject = subject,
            .version = version,
            .data = to_json(request),
            .forget_data = true};
}

bool is_erased(std::string_view data) {
    const auto document = json::parse_object(data);
    return document && *document == json::Value{{"erased", true}};
}

std::string to_json(const Request& request) {
    return json::Value{{"template", name_of(kTemplates, request.which)},
                                  {"to", {{"email", request.to.email}, {"name", request.to.name}}},
                                  {"locale", request.locale},
                                  {"variables", request.variables}}
        .dump();
}

Result<Request> read_request(std::string_view data) {
    const auto document = json::parse_object(data);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    json::Reader reader{*document, "data", errors};
    Request request{.which = Template::order_paid,
                    .to = {},
                    .locale = reader.optional_text("locale", {0, 64}).value_or(""),
                    .variables = reader.metadata("variables")};
    if (const auto which = find_name(kTemplates, reader.text("template", {1, 64}))) {
        request.which = *which;
    } else {
        reader.fault("template", "is not a known template");
    }
    if (auto to = reader.object("to")) {
        request.to.email = read_email(*to, "email");
        request.to.name = to->optional_text("name", {0, 200}).value_or("");
    }
    if (!errors.empty()) return invalid(std::move(errors));
    return request;
}

}  // namespace base::mail
