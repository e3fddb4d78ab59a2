-- What was written about a visit: identical texts are evidence (docs/counting.md). Free text: it may name people and never leaves the store.
ALTER TABLE visits ADD COLUMN remark TEXT;
