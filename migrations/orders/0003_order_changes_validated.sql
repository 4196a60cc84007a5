-- Takes a lock that neither readers nor writers wait for.
ALTER TABLE order_changes VALIDATE CONSTRAINT order_changes_kind_check;
