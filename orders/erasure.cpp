#include "orders/erasure.hpp"

#include "contracts/client_event.hpp"
#include "orders/event_publisher.hpp"
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

}  // namespace

core::Result<ErasedClient> read_erased_client(std::string_view data) {
    const auto event = contracts::client_erased_from_json(data);
    if (!event) return event.error();
    return ErasedClient{.client_id = event->client_id, .email = event->email_verified ? event->email : ""};
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
    // Also of what was erased before: a consumer may have been restored since.
    publish_erased(tx, store::find(tx, ids));
    return {};
}

}  // namespace orders
