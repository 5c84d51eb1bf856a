-- SPDX-License-Identifier: GPL-3.0-or-later
-- The audit trail: who saw what and did what about proposals.

-- Append only: each row's hash covers its own columns and the hash of the row before it, the seal says how many there
-- are and where they end, and triggers refuse everything but a next row. `carrydesk-cli audit verify` checks all of it.
-- Not part of any run: it stays when runs are deleted.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY, -- 1, 2, ... without a gap
    time_ms   INTEGER NOT NULL,    -- the session's clock
    wall_ms   INTEGER NOT NULL,    -- the computer's clock
    session   TEXT NOT NULL,
    kind      TEXT NOT NULL,       -- proposal, refusal, trading_state
    user_name TEXT NOT NULL,       -- empty: the rules, the clock or risk
    proposal  INTEGER NOT NULL,    -- its number in the session; 0: none
    seen      TEXT NOT NULL,       -- JSON object: what the person saw
    action    TEXT NOT NULL,
    reason    TEXT NOT NULL,       -- as the person gave it
    previous  TEXT NOT NULL,       -- hash of the row before; empty in the first
    hash      TEXT NOT NULL        -- SHA-256 over previous and all columns above
) STRICT;

CREATE TABLE audit_seal (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    rows INTEGER NOT NULL,
    head TEXT NOT NULL             -- hash of the last row
) STRICT;
INSERT INTO audit_seal (one, rows, head) VALUES (1, 0, '');

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END;
-- Also what INSERT OR REPLACE would put in the place of a row.
CREATE TRIGGER audit_goes_on BEFORE INSERT ON audit
WHEN NEW.seq <> (SELECT rows + 1 FROM audit_seal) OR NEW.previous <> (SELECT head FROM audit_seal)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END;
CREATE TRIGGER audit_seal_follows BEFORE UPDATE ON audit_seal
WHEN NEW.one <> 1 OR NEW.rows <> OLD.rows + 1 OR NEW.head IS NOT (SELECT hash FROM audit WHERE seq = NEW.rows)
BEGIN SELECT RAISE(ABORT, 'the seal of the audit trail follows its rows'); END;
CREATE TRIGGER audit_seal_stays BEFORE DELETE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the seal of the audit trail stays'); END;
CREATE TRIGGER audit_seal_is_one BEFORE INSERT ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the seal of the audit trail stays'); END;

CREATE VIEW v_audit AS
SELECT seq, strftime('%Y-%m-%dT%H:%M:%S', time_ms / 1000, 'unixepoch') || printf('.%03dZ', time_ms % 1000) AS time,
       strftime('%Y-%m-%dT%H:%M:%S', wall_ms / 1000, 'unixepoch') || printf('.%03dZ', wall_ms % 1000) AS wall_time,
       session, kind, user_name, proposal, action, reason, seen, hash
FROM audit;
