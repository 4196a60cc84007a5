-- What an order says is paid, refunded and disputed is what its payment facts add up to (base/payment_fact.cpp, as SQL):
-- of a payment the greatest total captured; refunds that succeeded and did not fail, and what a total of refunds names beyond
-- the refunds known by name; disputes open or lost.
-- reads: orders
SELECT o.id, format('paid %s refunded %s disputed %s, facts say %s %s %s', o.paid_minor, o.refunded_minor, o.disputed_minor,
                    coalesce(f.paid, 0), coalesce(f.refunded, 0), coalesce(f.disputed, 0))
  FROM orders.orders AS o
  LEFT JOIN (
      WITH fact AS (SELECT order_id, account, payment, kind, subject, amount_minor FROM orders.payment_facts),
      part AS (
          SELECT order_id, account, payment, subject,
                 CASE WHEN kind LIKE 'dispute%' THEN 'dispute' WHEN kind LIKE 'refund%' AND kind <> 'refunded_total' THEN 'refund'
                      ELSE kind END AS what,
                 max(amount_minor) AS amount, bool_or(kind = 'refunded') AS refunded, bool_or(kind = 'refund_failed') AS refund_failed,
                 bool_or(kind IN ('dispute_opened', 'dispute_funds_withdrawn')) AS opened,
                 bool_or(kind IN ('dispute_won', 'dispute_funds_reinstated')) AS won,
                 bool_or(kind = 'dispute_lost') AS lost, bool_or(kind = 'dispute_closed') AS closed
            FROM fact GROUP BY 1, 2, 3, 4, 5),
      payment AS (
          SELECT order_id, account, payment,
                 coalesce(max(amount) FILTER (WHERE what = 'captured'), 0) AS paid,
                 coalesce(sum(amount) FILTER (WHERE what = 'refund' AND refunded AND NOT refund_failed), 0)
                 + greatest(0, coalesce(max(amount) FILTER (WHERE what = 'refunded_total'), 0)
                               - coalesce(sum(amount) FILTER (WHERE what = 'refund'), 0)) AS refunded,
                 coalesce(sum(amount) FILTER (WHERE what = 'dispute' AND (lost AND NOT won OR opened AND NOT (closed OR lost OR won))),
                          0) AS disputed
            FROM part GROUP BY 1, 2, 3)
      SELECT order_id, sum(paid) AS paid, sum(refunded) AS refunded, sum(disputed) AS disputed FROM payment GROUP BY order_id
  ) AS f ON f.order_id = o.id
 WHERE (o.paid_minor, o.refunded_minor, o.disputed_minor)
       <> (coalesce(f.paid, 0), coalesce(f.refunded, 0), coalesce(f.disputed, 0))
