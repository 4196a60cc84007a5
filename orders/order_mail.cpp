#include "orders/order_mail.hpp"

#include "mail/mail_request.hpp"

namespace orders {
namespace {

using mail::Template;

std::optional<Template> template_of(std::string_view type) {
    if (type == "order.paid") return Template::order_paid;
    if (type == "order.shipped") return Template::order_shipped;
    if (type == "order.canceled") return Template::order_canceled;
    return {};
}

std::map<std::string, std::string> variables_of(Template which, const Order& order) {
    std::map<std::string, std::string> variables{{"order", order.id.value()}};
    if (which == Template::order_paid)
        variables["total"] = core::to_text({order.draft.total_minor, order.draft.currency});
    if (which == Template::order_shipped && !order.shipments.empty()) {
        const auto& last = order.shipments.back();
        variables["carrier"] = last.carrier;
        variables["tracking_number"] = last.tracking_number.value_or("");
    }
    return variables;
}

}  // namespace

std::optional<events::NewEvent> mail_with(std::string_view type, const Order& order) {
    const auto which = template_of(type);
    if (!which || order.draft.email == kErasedEmail) return {};
    const auto& metadata = order.draft.metadata;
    const auto locale = metadata.find("locale");
    return mail::event_of({.which = *which,
                           .to = {.email = order.draft.email, .name = order.draft.shipping_address.name},
                           .locale = locale == metadata.end() ? "" : locale->second,
                           .variables = variables_of(*which, order)},
                          order.id.value(), order.version);
}

}  // namespace orders
