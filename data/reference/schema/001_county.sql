-- One file is one county. Ledgers are append-only: each row is tied to its batch (file, sheet) and row number.
-- A corrected file makes a new batch; the old one is superseded, never overwritten. Counters are derived, never stored.

CREATE TABLE import_batch (
  batch_id      INTEGER PRIMARY KEY,
  ledger        TEXT NOT NULL,
  list          TEXT NOT NULL DEFAULT '',      -- visits: visited, informed or committed; units: the level; apps: the app
  source        TEXT NOT NULL,                 -- path below the project folder
  sheet         TEXT NOT NULL DEFAULT '',
  source_hash   TEXT NOT NULL,                 -- of the file's bytes
  settings_hash TEXT NOT NULL,                 -- of how it was to be read (county.toml)
  encoding      TEXT NOT NULL,
  crs           TEXT NOT NULL DEFAULT '',      -- as declared
  rows_read     INTEGER NOT NULL,
  accepted      INTEGER NOT NULL,
  repaired      INTEGER NOT NULL,
  held_back     INTEGER NOT NULL,
  imported_at   TEXT NOT NULL,                 -- UTC; for people, no result depends on it
  superseded_by INTEGER REFERENCES import_batch(batch_id),
  CHECK (accepted + repaired + held_back = rows_read)
);

CREATE TABLE import_issue (
  issue_id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES import_batch(batch_id),
  row      INTEGER NOT NULL,                   -- as the user sees it in the file
  field    TEXT NOT NULL,                      -- header in the file, or the field's name
  fate     TEXT NOT NULL CHECK (fate IN ('repaired', 'held_back', 'noted')),
  code     TEXT NOT NULL,
  detail_zh TEXT NOT NULL,                     -- what was found and done; personal values are not quoted
  detail_en TEXT NOT NULL
);
CREATE INDEX import_issue_batch ON import_issue(batch_id);

-- Units of ground: one row per unit and validity interval. Two hierarchies run side by side:
-- town > village (parent_code) and town > grid > building (parent_code; village_code says where a grid lies).
CREATE TABLE unit (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  level TEXT NOT NULL, code TEXT NOT NULL, name TEXT, parent_code TEXT, village_code TEXT,
  organisation TEXT, officer_code TEXT, valid_from TEXT, valid_to TEXT
);
CREATE INDEX unit_code ON unit(code);

CREATE TABLE households (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  household_code TEXT NOT NULL, village_code TEXT, grid_code TEXT, building_code TEXT,
  people INTEGER, people_at_risk INTEGER, lon REAL, lat REAL
);
CREATE TABLE people_at_risk (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  unit_code TEXT NOT NULL, name TEXT, population INTEGER, people_at_risk INTEGER, as_of TEXT
);
CREATE TABLE sites (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  site_code TEXT NOT NULL, name TEXT, kind TEXT, lon REAL, lat REAL, opened TEXT, closed TEXT
);
CREATE TABLE visits (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  visit_code TEXT, date TEXT NOT NULL, time INTEGER, household_code TEXT, unit_code TEXT, team TEXT, officer_code TEXT,
  outcome TEXT, lon REAL, lat REAL
);
CREATE TABLE apps (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  unit_code TEXT NOT NULL, name TEXT, date TEXT, app TEXT, installed INTEGER, real_name INTEGER, target INTEGER
);
CREATE TABLE events (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  event_code TEXT NOT NULL, date TEXT, kind TEXT, unit_code TEXT, attendance INTEGER, lon REAL, lat REAL
);
CREATE TABLE cases (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  case_code TEXT NOT NULL, date TEXT, kind TEXT, loss_yuan REAL, stopped_yuan REAL, frozen_yuan REAL, recovered_yuan REAL,
  location_role TEXT, unit_code TEXT, lon REAL, lat REAL
);
CREATE TABLE warnings (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  warning_code TEXT NOT NULL, date TEXT, unit_code TEXT, outcome TEXT
);
CREATE TABLE stations (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  station_code TEXT NOT NULL, name TEXT, officers INTEGER, hours REAL, lon REAL, lat REAL
);
CREATE TABLE organisations (
  row_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, source_row INTEGER NOT NULL,
  organisation_code TEXT NOT NULL, name TEXT, unit_code TEXT, valid_from TEXT, valid_to TEXT
);

-- Results: each row belongs to a run; a run keeps what it was made from.
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY, as_of TEXT NOT NULL, inputs TEXT NOT NULL, parameters TEXT NOT NULL,
  seed INTEGER NOT NULL, version TEXT NOT NULL
);
CREATE TABLE gap (
  row_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(run_id),
  level TEXT NOT NULL, code TEXT NOT NULL, name TEXT, rank INTEGER, score REAL, status TEXT NOT NULL,
  coverage REAL, risk_per_10000 REAL, households INTEGER, people_at_risk INTEGER, reasons TEXT
);

-- Geometry, registered with SpatiaLite so that any GIS finds it.
SELECT AddGeometryColumn('unit', 'geometry', 4490, 'MULTIPOLYGON', 'XY');
SELECT AddGeometryColumn('sites', 'geometry', 4490, 'POINT', 'XY');
SELECT AddGeometryColumn('cases', 'geometry', 4490, 'POINT', 'XY');
SELECT AddGeometryColumn('stations', 'geometry', 4490, 'POINT', 'XY');
SELECT AddGeometryColumn('gap', 'geometry', 4490, 'MULTIPOLYGON', 'XY');
SELECT CreateSpatialIndex('unit', 'geometry');
SELECT CreateSpatialIndex('sites', 'geometry');
SELECT CreateSpatialIndex('cases', 'geometry');
SELECT CreateSpatialIndex('stations', 'geometry');
SELECT CreateSpatialIndex('gap', 'geometry');

-- Current rows: those whose batch nothing has superseded.
CREATE VIEW current_batch AS SELECT batch_id FROM import_batch WHERE superseded_by IS NULL;

-- Layers by name, as a GIS shows them.
CREATE VIEW towns AS SELECT row_id AS ROWID, code, name, organisation, valid_from, valid_to, geometry
  FROM unit WHERE level = 'town' AND batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW villages AS SELECT row_id AS ROWID, code, name, parent_code, organisation, valid_from, valid_to, geometry
  FROM unit WHERE level = 'village' AND batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW grids AS SELECT row_id AS ROWID, code, name, parent_code, village_code, officer_code, valid_from, valid_to, geometry
  FROM unit WHERE level = 'grid' AND batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW buildings AS SELECT row_id AS ROWID, code, name, parent_code, valid_from, valid_to, geometry
  FROM unit WHERE level = 'building' AND batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW publicity_sites AS SELECT row_id AS ROWID, site_code, name, kind, opened, closed, geometry
  FROM sites WHERE batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW case_points AS SELECT row_id AS ROWID, case_code, date, kind, loss_yuan, location_role, geometry
  FROM cases WHERE batch_id IN (SELECT batch_id FROM current_batch) AND geometry IS NOT NULL;
CREATE VIEW police_stations AS SELECT row_id AS ROWID, station_code, name, officers, hours, geometry
  FROM stations WHERE batch_id IN (SELECT batch_id FROM current_batch);
CREATE VIEW gaps AS SELECT row_id AS ROWID, level, code, name, rank, score, status, coverage, risk_per_10000, households,
  people_at_risk, reasons, geometry FROM gap WHERE run_id = (SELECT max(run_id) FROM run);

INSERT INTO views_geometry_columns (view_name, view_geometry, view_rowid, f_table_name, f_geometry_column, read_only) VALUES
  ('towns', 'geometry', 'rowid', 'unit', 'geometry', 1), ('villages', 'geometry', 'rowid', 'unit', 'geometry', 1),
  ('grids', 'geometry', 'rowid', 'unit', 'geometry', 1), ('buildings', 'geometry', 'rowid', 'unit', 'geometry', 1),
  ('publicity_sites', 'geometry', 'rowid', 'sites', 'geometry', 1), ('case_points', 'geometry', 'rowid', 'cases', 'geometry', 1),
  ('police_stations', 'geometry', 'rowid', 'stations', 'geometry', 1), ('gaps', 'geometry', 'rowid', 'gap', 'geometry', 1);
