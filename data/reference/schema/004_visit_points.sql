-- Where a visit was made, as a layer of its own: for a GIS, and for questions about a neighbourhood.
SELECT AddGeometryColumn('visits', 'geometry', 4490, 'POINT', 'XY');
UPDATE visits SET geometry = MakePoint(lon, lat, 4490) WHERE lon IS NOT NULL AND lat IS NOT NULL;
SELECT CreateSpatialIndex('visits', 'geometry');

CREATE VIEW visit_points AS SELECT row_id AS ROWID, visit_code, date, time, household_code, unit_code, team, officer_code, outcome, geometry
  FROM visits WHERE batch_id IN (SELECT batch_id FROM current_batch) AND geometry IS NOT NULL;
INSERT INTO views_geometry_columns (view_name, view_geometry, view_rowid, f_table_name, f_geometry_column, read_only) VALUES
  ('visit_points', 'geometry', 'rowid', 'visits', 'geometry', 1);
