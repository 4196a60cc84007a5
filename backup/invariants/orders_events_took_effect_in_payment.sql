-- What payment confirmed to orders is in its inbox, written with the effect. payment commits before orders marks, so orders is looked at first;
-- restored to the same second, what orders has marked payment has.
-- reads: orders, then payment
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM orders.event_deliveries AS d
 WHERE d.destination = 'payment' AND d.state = 'delivered' AND d.type = 'order.erased'
   AND NOT EXISTS (SELECT FROM payment.inbox AS i WHERE i.source = '/orders' AND i.id = d.event_id)
