-- What is over goes in small steps, and what can't be kept as it came is set aside.

-- A user has so many sessions at most; the oldest make room.
ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_for_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_for_check
    CHECK (revoked_for IN ('logout', 'reuse', 'password', 'role', 'state', 'erased', 'many'));
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX refresh_tokens_used ON refresh_tokens (expires_at) WHERE used_at IS NOT NULL;

-- Why it is in no log: null while it is on its way there.
ALTER TABLE audit_waiting ADD COLUMN fault text;
CREATE INDEX audit_waiting_open ON audit_waiting (id) WHERE fault IS NULL;
