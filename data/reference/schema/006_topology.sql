-- Flaws of the ground on the as-of day of a run: what does not fit together, each with its place. Units only, no persons.
CREATE TABLE ground_issue (
  row_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(run_id),
  issue TEXT NOT NULL,                         -- gap, overlap, across_town, ...: docs/ground.md
  level TEXT NOT NULL,                         -- of the units that do not fit
  code TEXT, name TEXT,                        -- the unit
  other_code TEXT, other_name TEXT,            -- the unit that it does not fit with
  area_m2 REAL, width_m REAL, share REAL,      -- of the piece; mean width; share of the unit
  message_zh TEXT NOT NULL, message_en TEXT NOT NULL
);
SELECT AddGeometryColumn('ground_issue', 'geometry', 4490, 'MULTIPOLYGON', 'XY');
SELECT CreateSpatialIndex('ground_issue', 'geometry');
CREATE VIEW topology AS SELECT row_id AS ROWID, issue, level, code, name, other_code, other_name, area_m2, width_m, share, message_zh, message_en, geometry
  FROM ground_issue WHERE run_id = (SELECT max(run_id) FROM run);
INSERT INTO views_geometry_columns (view_name, view_geometry, view_rowid, f_table_name, f_geometry_column, read_only) VALUES
  ('topology', 'geometry', 'rowid', 'ground_issue', 'geometry', 1);

-- Of a polygon that was invalid and made valid on import: GEOS's reason, and a place that broke the rule.
ALTER TABLE unit ADD COLUMN invalid_reason TEXT;
ALTER TABLE unit ADD COLUMN invalid_lon REAL;
ALTER TABLE unit ADD COLUMN invalid_lat REAL;
