-- The W3C traceparent of the request that brought an event: what is done for it later belongs to that trace.
ALTER TABLE events ADD COLUMN traceparent text NOT NULL DEFAULT '';
