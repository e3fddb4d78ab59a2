-- Where in the file a held-back row went wrong, and what a person typed for it into the import report.
ALTER TABLE import_issue ADD COLUMN column_number INTEGER NOT NULL DEFAULT 0;  -- from 1; 0: the row as a whole
ALTER TABLE import_issue ADD COLUMN row_mark TEXT NOT NULL DEFAULT '';         -- of a held-back row: a hash of its cells

CREATE TABLE correction (
  correction_id INTEGER PRIMARY KEY,               -- the newest of a cell counts
  ledger TEXT NOT NULL, list TEXT NOT NULL,        -- one file may stand for several lists
  source TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER NOT NULL, column_number INTEGER NOT NULL,
  row_mark TEXT NOT NULL,                          -- of the row as it was delivered
  value TEXT NOT NULL,
  entered_at TEXT NOT NULL                         -- UTC; for people, no result depends on it
);
