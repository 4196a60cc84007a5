#include "orders/erasure.hpp"

#include "base/json.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace orders {
namespace {

using base::pg::Transaction;

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
    for (const auto* name : {"email", "shipping_address", "billing_address", "metadata"})
        some[name] = all[name];
    return some.dump();
}

void erase_order(Transaction& tx, const base::OrderId& id) {
    const auto before = store::find(tx, {id}).front();
    auto after = before;
    after.draft = orders::erased(before.draft);
    after.version = before.version + 1;
    store::update(tx, after);
    store::insert_change(tx, before, after,
                         {.kind = ChangeKind::changed, .fields = changed_fields(before.draft, after.draft)});
    store::erase_tracking_numbers(tx, id);
    store::erase_told(tx, id, personal_members(after.draft));
    store::erase_told_mails(tx, id);
    store::erase_answers_of_subscribers(tx, id);
    store::delete_kept_answers(tx, id);
    const base::events::NewEvent news{.type = "order.erased",
                                      .subject = id.value(),
                                      .version = after.version,
                                      .data = Json{{"id", id.value()}}.dump()};
    base::events::tell(tx, {&news, 1}, base::Trace::current());
}

}  // namespace

base::Result<ErasedClient> read_erased_client(std::string_view data) {
    const auto document = base::json::parse_object(data);
    if (!document) return document.error();
    std::vector<base::FieldError> errors;
    base::json::Reader reader{*document, "data", errors};
    ErasedClient client{.client_id = reader.text("client_id", {1, 64}),
                        .email = reader.optional_text("email", {0, 254}).value_or("")};
    if (!reader.boolean("email_verified", false)) client.email.clear();
    if (!errors.empty()) return base::invalid(std::move(errors));
    return client;
}

Draft erased(Draft draft) {
    draft.email = kErasedEmail;
    draft.shipping_address = erased(draft.shipping_address);
    if (draft.billing_address) draft.billing_address = erased(*draft.billing_address);
    draft.metadata.clear();
    return draft;
}

base::Result<void> erase_client(Transaction& tx, const base::events::Event& event) {
    const auto client = read_erased_client(event.data);
    if (!client) return client.error();
    for (const auto& id : store::lock_orders_of(tx, *client)) erase_order(tx, id);
    return {};
}

void take_news_of_clients(base::events::Inbox& inbox) {
    inbox.on("client.erased", erase_client);
}

}  // namespace orders
