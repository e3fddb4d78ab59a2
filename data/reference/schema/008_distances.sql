-- Metres from a row's position to the ground of the finest unit that it names. Null: inside it, or one of the two is not known.
ALTER TABLE households ADD COLUMN outside_m REAL;
ALTER TABLE visits ADD COLUMN outside_m REAL;
ALTER TABLE events ADD COLUMN outside_m REAL;
ALTER TABLE cases ADD COLUMN outside_m REAL;
