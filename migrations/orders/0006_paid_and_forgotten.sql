-- Orders that were paid while nobody was asked to make them are kept, so that the service tells of them once it starts.
-- From now on order.paid is told in the transaction that pays an order, and a row says only what became of it.
INSERT INTO production_requests (order_id)
SELECT id
  FROM orders
 WHERE fulfilment_state = 'unfulfilled' AND payment_state IN ('paid', 'overpaid', 'partially_refunded')
   AND canceled_at IS NULL
    ON CONFLICT DO NOTHING;
