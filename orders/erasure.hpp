// Forgetting who bought: what is told of a client that was erased takes names, addresses and words from its
// orders. The orders and what was paid for them stay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "events/event.hpp"
#include "orders/order.hpp"
#include "postgres/database.hpp"

namespace orders {

struct ErasedClient {
    std::string client_id;
    std::string email;  // of orders without a client; empty when they are nobody's for sure
};
// {"client_id","email","email_verified"}: orders without a client are theirs when the address is proven to
// be.
core::Result<ErasedClient> read_erased_client(std::string_view data);

// The draft with nothing of a person in it; countries stay, because taxes are by them.
Draft erased(Draft draft);

// A handler of client.erased. Once more is fine: what is erased already is only told again.
core::Result<void> erase_client(postgres::Transaction& tx, const events::Event& event);

namespace store {

// Nobody else erases the client, nor takes an order for it, until the transaction ends; those who only take
// orders share it.
void lock_client(postgres::Transaction& tx, const std::string& client_id);
void lock_client_shared(postgres::Transaction& tx, const std::string& client_id);
void note_erased_client(postgres::Transaction& tx, const std::string& client_id);
bool is_erased_client(postgres::Transaction& tx, const std::string& client_id);

using OrderIds = std::vector<core::OrderId>;
// All orders of the client, also those that are erased, locked in the order of their ids.
OrderIds lock_orders_of(postgres::Transaction& tx, const ErasedClient& client);
void erase_tracking_numbers(postgres::Transaction& tx, const OrderIds& ids);
// What waits in the outbox to be told, or is kept there, is as if it were told now: `personal` are those
// members of each order. Mails are not sent any more.
void erase_published(postgres::Transaction& tx, const OrderIds& ids,
                     const std::vector<std::string>& personal);
void erase_published_mails(postgres::Transaction& tx, const OrderIds& ids);
// What subscribers answered may repeat what they were told.
void erase_answers_of_subscribers(postgres::Transaction& tx, const OrderIds& ids);
// Kept answers to requests that show one of the orders.
void delete_kept_answers(postgres::Transaction& tx, const OrderIds& ids);

}  // namespace store
}  // namespace orders
