-- What was delivered beside what is stored. Null: the value is stored as it was delivered, in the system of its batch.

ALTER TABLE households ADD COLUMN given_x TEXT;     -- the cell of the longitude (or of both), as written
ALTER TABLE households ADD COLUMN given_y TEXT;
ALTER TABLE households ADD COLUMN given_crs TEXT;   -- the declared system
ALTER TABLE households ADD COLUMN located_by TEXT;  -- level of the unit that the row's words named: town, village, grid, building
ALTER TABLE visits ADD COLUMN given_x TEXT;
ALTER TABLE visits ADD COLUMN given_y TEXT;
ALTER TABLE visits ADD COLUMN given_crs TEXT;
ALTER TABLE visits ADD COLUMN located_by TEXT;
ALTER TABLE visits ADD COLUMN stages TEXT;          -- of rows that say themselves what they stand for: "visited informed"; else the batch's list
ALTER TABLE events ADD COLUMN given_x TEXT;
ALTER TABLE events ADD COLUMN given_y TEXT;
ALTER TABLE events ADD COLUMN given_crs TEXT;
ALTER TABLE events ADD COLUMN located_by TEXT;
ALTER TABLE cases ADD COLUMN given_x TEXT;
ALTER TABLE cases ADD COLUMN given_y TEXT;
ALTER TABLE cases ADD COLUMN given_crs TEXT;
ALTER TABLE cases ADD COLUMN located_by TEXT;
ALTER TABLE sites ADD COLUMN given_x TEXT;
ALTER TABLE sites ADD COLUMN given_y TEXT;
ALTER TABLE sites ADD COLUMN given_crs TEXT;
ALTER TABLE stations ADD COLUMN given_x TEXT;
ALTER TABLE stations ADD COLUMN given_y TEXT;
ALTER TABLE stations ADD COLUMN given_crs TEXT;
ALTER TABLE warnings ADD COLUMN located_by TEXT;
ALTER TABLE people_at_risk ADD COLUMN located_by TEXT;
ALTER TABLE apps ADD COLUMN located_by TEXT;
ALTER TABLE organisations ADD COLUMN located_by TEXT;
ALTER TABLE unit ADD COLUMN located_by TEXT;        -- its parent was named, not coded
