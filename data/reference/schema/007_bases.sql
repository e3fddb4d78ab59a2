-- What percentages stand on: a count with its unit (null: the whole county), population, day and source.
CREATE TABLE bases (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  base_code TEXT NOT NULL, unit_code TEXT, population TEXT NOT NULL, kind TEXT, app TEXT, count INTEGER NOT NULL,
  as_of TEXT NOT NULL, source TEXT NOT NULL, located_by TEXT
);

-- A registration may be known a household: such a row lies where its household lies and has no unit of its own.
CREATE TABLE apps_of_households (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  unit_code TEXT, name TEXT, date TEXT, app TEXT, installed INTEGER, real_name INTEGER, target INTEGER, located_by TEXT,
  household_code TEXT, is_installed INTEGER, is_real_name INTEGER
);
INSERT INTO apps_of_households (row_id, batch_id, source_row, unit_code, name, date, app, installed, real_name, target, located_by)
  SELECT row_id, batch_id, source_row, unit_code, name, date, app, installed, real_name, target, located_by FROM apps;
DROP TABLE apps;
ALTER TABLE apps_of_households RENAME TO apps;
