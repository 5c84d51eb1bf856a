-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a session exchanges with its venues.

-- Every request before it is sent and every message before the step that acts on it is kept: with these rows, tape,
-- configuration and commands the session can be computed again.
CREATE TABLE session_journal (
    run_id  TEXT NOT NULL,
    seq     INTEGER NOT NULL, -- from 1
    kind    TEXT NOT NULL,    -- intent, input; request in the paper venues' own file
    time_ms INTEGER NOT NULL, -- the session's clock
    body    TEXT NOT NULL,    -- JSON
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
