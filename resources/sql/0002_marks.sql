-- SPDX-License-Identifier: GPL-3.0-or-later
-- What people add to a run, and where its data can be found again.

ALTER TABLE run ADD COLUMN data_source TEXT NOT NULL DEFAULT ''; -- 'demo', an absolute folder, or not known
ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';      -- JSON: names, sorted
ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
