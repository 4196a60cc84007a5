#include "mail/mail_request.hpp"

#include "core/address_json.hpp"
#include "core/json_reader.hpp"

namespace mail {

void request(postgres::Transaction& tx, const Request& request, const std::string& subject,
             std::int64_t version, const telemetry::Trace& trace) {
    const auto event = event_of(request, subject, version);
    events::publish(tx, {&event, 1}, trace);
}

events::NewEvent event_of(const Request& request, const std::string& subject, std::int64_t version) {
    return {.type = "mail.requested",
            .subject = subject,
            .version = version,
            .data = to_json(request),
            .erase_data = true};
}

bool is_erased(std::string_view data) {
    const auto document = core::json::parse_object(data);
    return document && *document == core::json::Value{{"erased", true}};
}

std::string to_json(const Request& request) {
    return core::json::Value{{"template", core::name_of(kTemplates, request.which)},
                             {"to", {{"email", request.to.email}, {"name", request.to.name}}},
                             {"locale", request.locale},
                             {"variables", request.variables}}
        .dump();
}

core::Result<Request> read_request(std::string_view data) {
    const auto document = core::json::parse_object(data);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "data", errors};
    Request request{.which = Template::order_paid,
                    .to = {},
                    .locale = reader.optional_text("locale", {0, 64}).value_or(""),
                    .variables = reader.metadata("variables")};
    if (const auto which = core::find_name(kTemplates, reader.text("template", {1, 64}))) {
        request.which = *which;
    } else {
        reader.fault("template", "is not a known template");
    }
    if (auto to = reader.object("to")) {
        request.to.email = core::read_email(*to, "email");
        request.to.name = to->optional_text("name", {0, 200}).value_or("");
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return request;
}

}  // namespace mail
