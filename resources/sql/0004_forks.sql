-- SPDX-License-Identifier: GPL-3.0-or-later
-- Runs that part from another one, and notes on steps.

-- A run that is a fork has one row for itself, the one with the highest idx, and before it those of its parent. Until
-- time_ms it is its parent. parent is a run_id and stays when that run is deleted.
CREATE TABLE fork (
    run      INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    idx      INTEGER NOT NULL, -- in the order they were made
    parent   TEXT NOT NULL,
    time_ms  INTEGER NOT NULL,
    decision INTEGER,          -- action: ordered by hand instead of the strategy's own; NULL: its own
    changes  TEXT NOT NULL,    -- JSON object: configuration from there on
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmark (
    run     INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    time_ms INTEGER NOT NULL,
    note    TEXT NOT NULL,
    PRIMARY KEY (run, time_ms)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_own_fork AS
SELECT f.run, f.parent, f.time_ms AS fork_ms
FROM fork f
WHERE f.idx = (SELECT max(g.idx) FROM fork g WHERE g.run = f.run);

CREATE VIEW v_fork AS
SELECT r.run_id, f.idx, f.parent, strftime('%Y-%m-%dT%H:%M:%SZ', f.time_ms / 1000, 'unixepoch') AS "from",
       a.text AS decision, f.changes
FROM run r
JOIN fork f ON f.run = r.run
LEFT JOIN action a ON a.value = f.decision;

CREATE VIEW v_bookmark AS
SELECT r.run_id, strftime('%Y-%m-%dT%H:%M:%SZ', b.time_ms / 1000, 'unixepoch') AS time, b.note
FROM run r
JOIN bookmark b ON b.run = r.run;
