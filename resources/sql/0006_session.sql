-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions: runs whose plans passed a gate, with the decisions of people.

-- With these rows a session can be computed again: the same commands at the same times give the same run.
CREATE TABLE session (
    run           INTEGER PRIMARY KEY REFERENCES run (run) ON DELETE CASCADE,
    mode          TEXT NOT NULL,    -- BACKTEST, PAPER, LIVE
    gate          TEXT NOT NULL,    -- the gate file, TOML
    feed          TEXT NOT NULL,    -- "tape:3600"
    user_name     TEXT NOT NULL,    -- who started it
    started_ms    INTEGER NOT NULL, -- the computer's clock
    trading_state TEXT NOT NULL     -- ACTIVE, REDUCING, HALTED: the last one
) STRICT;

-- Written before a command takes effect, a halt at the moment it does.
CREATE TABLE session_command (
    run     INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    seq     INTEGER NOT NULL, -- from 1, in the order of arrival
    time_ms INTEGER NOT NULL, -- the session's clock
    wall_ms INTEGER NOT NULL, -- the computer's clock
    command TEXT NOT NULL,    -- JSON; docs/gate.md, and "before": the instruction that a halt stopped
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_session AS
SELECT r.run_id, s.mode, s.feed, s.user_name, s.trading_state,
       strftime('%Y-%m-%dT%H:%M:%S', s.started_ms / 1000, 'unixepoch') || printf('.%03dZ', s.started_ms % 1000)
           AS started,
       (SELECT count(*) FROM session_command c WHERE c.run = s.run) AS commands, s.gate
FROM run r
JOIN session s ON s.run = r.run;
