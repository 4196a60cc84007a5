-- What is made for an order that was canceled need not be made any more.
ALTER TABLE production_orders ADD COLUMN canceled_at timestamptz;
