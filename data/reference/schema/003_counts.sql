-- Households asked again whether anybody visited them (the list is drawn by gapmap sample).
CREATE TABLE backchecks (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  household_code TEXT NOT NULL, date TEXT, answer TEXT
);
