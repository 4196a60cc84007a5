-- What an order says is paid, refunded and disputed is what its payment facts add up to (libs/contracts/payment_fact.cpp, as
-- SQL): of a payment the greatest total captured; refunds that succeeded and did not fail, and what a total of refunds
-- names beyond the refunds known by name; disputes open or lost.
-- reads: orders
SELECT o.id,
       format('paid %s refunded %s disputed %s, facts say %s %s %s', o.paid_minor, o.refunded_minor, o.disputed_minor,
              coalesce(f.paid, 0), coalesce(f.refunded, 0), coalesce(f.disputed, 0))
  FROM orders.orders AS o
  LEFT JOIN (
      WITH fact AS (SELECT *, CASE WHEN kind LIKE 'dispute%' THEN 'dispute'
                                   WHEN kind IN ('refund_pending', 'refunded', 'refund_failed') THEN 'refund'
                                   ELSE kind END AS what
                      FROM orders.payment_facts),
      part AS (
          SELECT order_id, account, payment, what, subject, max(amount_minor) AS amount,
                 bool_or(kind = 'refunded') AND NOT bool_or(kind = 'refund_failed') AS given_back,
                 bool_or(kind IN ('dispute_opened', 'dispute_funds_withdrawn')) AS opened,
                 bool_or(kind IN ('dispute_won', 'dispute_funds_reinstated')) AS won,
                 bool_or(kind = 'dispute_lost') AS lost,
                 bool_or(kind = 'dispute_closed') AS closed
            FROM fact
           GROUP BY order_id, account, payment, what, subject),
      payment AS (
          SELECT order_id, account, payment,
                 coalesce(max(amount) FILTER (WHERE what = 'captured'), 0) AS paid,
                 coalesce(sum(amount) FILTER (WHERE what = 'refund' AND given_back), 0)
                 + greatest(0, coalesce(max(amount) FILTER (WHERE what = 'refunded_total'), 0)
                               - coalesce(sum(amount) FILTER (WHERE what = 'refund'), 0)) AS refunded,
                 coalesce(sum(amount) FILTER (WHERE lost AND NOT won OR opened AND NOT (closed OR lost OR won)), 0)
                     AS disputed
            FROM part
           GROUP BY order_id, account, payment)
      SELECT order_id, sum(paid) AS paid, sum(refunded) AS refunded, sum(disputed) AS disputed
        FROM payment
       GROUP BY order_id
  ) AS f ON f.order_id = o.id
 WHERE (o.paid_minor, o.refunded_minor, o.disputed_minor)
       <> (coalesce(f.paid, 0), coalesce(f.refunded, 0), coalesce(f.disputed, 0))
