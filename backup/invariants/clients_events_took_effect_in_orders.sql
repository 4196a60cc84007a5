-- What orders confirmed to clients is in its inbox, written with the effect. orders commits before clients marks, so clients is looked at first;
-- restored to the same second, what clients has marked orders has.
-- reads: clients, then orders
SELECT d.event_id, format('%s of %s', d.type, d.subject)
  FROM clients.event_deliveries AS d
 WHERE d.destination = 'orders' AND d.state = 'delivered' AND d.type = 'client.erased'
   AND NOT EXISTS (SELECT FROM orders.inbox AS i WHERE i.source = '/clients' AND i.id = d.event_id)
