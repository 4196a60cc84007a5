#include "orders/erasure.hpp"

#include "core/json_reader.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace orders {
namespace {

using postgres::Transaction;

// Stands where something was that an order can't be without.
constexpr auto kErased = "erased";

Address erased(const Address& address) {
    return {.name = kErased,
            .line1 = kErased,
            .line2 = {},
            .city = kErased,
            .postal_code = kErased,
            .country = address.country};
}

// The members of an order that are about a person, as events tell them.
std::string personal_members(const Draft& draft) {
    const auto all = to_json(draft);
    Json some;
    for (const auto* name : {"email", "client_reference", "shipping_address", "billing_address", "metadata"})
        some[name] = all[name];
    return some.dump();
}

void erase_order(Transaction& tx, const Order& before, const Order& after) {
    store::update(tx, after);
    store::insert_change(tx, before, after,
                         {.kind = ChangeKind::changed, .fields = changed_fields(before.draft, after.draft)});
}

void erase_orders(Transaction& tx, const std::vector<Order>& orders) {
    std::vector<core::OrderId> ids;
    std::vector<std::string> published_now;
    for (const auto& before : orders) {
        auto after = before;
        after.draft = orders::erased(before.draft);
        after.version = before.version + 1;
        erase_order(tx, before, after);
        ids.push_back(after.id);
        published_now.push_back(personal_members(after.draft));
    }
    if (ids.empty()) return;
    store::erase_tracking_numbers(tx, ids);
    store::erase_published(tx, ids, published_now);
    store::erase_published_mails(tx, ids);
    store::erase_answers_of_subscribers(tx, ids);
    store::delete_kept_answers(tx, ids);
}

// Also of what was erased before: a consumer may have been restored since.
void publish_erased(Transaction& tx, const std::vector<core::OrderId>& ids) {
    std::vector<events::NewEvent> news;
    for (const auto& order : store::find(tx, ids))
        news.push_back({.type = "order.erased",
                        .subject = order.id.value(),
                        .version = order.version,
                        .data = Json{{"id", order.id.value()}}.dump()});
    if (!news.empty()) events::publish(tx, news, telemetry::Trace::current());
}

}  // namespace

core::Result<ErasedClient> read_erased_client(std::string_view data) {
    const auto document = core::json::parse_object(data);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "data", errors};
    ErasedClient client{.client_id = reader.text("client_id", {1, 64}),
                        .email = reader.optional_text("email", {0, 254}).value_or("")};
    if (!reader.boolean("email_verified", false)) client.email.clear();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return client;
}

Draft erased(Draft draft) {
    draft.email = kErasedEmail;
    draft.client_reference.reset();
    draft.shipping_address = erased(draft.shipping_address);
    if (draft.billing_address) draft.billing_address = erased(*draft.billing_address);
    draft.metadata.clear();
    return draft;
}

core::Result<void> erase_client(Transaction& tx, const events::Event& event) {
    const auto client = read_erased_client(event.data);
    if (!client) return client.error();
    store::lock_client(tx, client->client_id);
    store::note_erased_client(tx, client->client_id);
    const auto ids = store::lock_orders_of(tx, *client);
    auto orders = store::find(tx, ids);
    std::erase_if(orders, [](const Order& order) { return order.draft.email == kErasedEmail; });
    erase_orders(tx, orders);
    publish_erased(tx, ids);
    return {};
}

void register_client_handlers(events::Inbox& inbox) {
    inbox.on("client.erased", erase_client);
}

}  // namespace orders
