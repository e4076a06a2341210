-- Partitions of every kind, and tables that inherit.
CREATE TABLE measured (
  city integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  peak integer CHECK (peak > -100),
  note text DEFAULT 'none',
  PRIMARY KEY (city, at)
) PARTITION BY RANGE (at);
CREATE INDEX measured_peak ON measured (peak DESC);
-- made before the table that it is one of, were it made in the order of names
CREATE TABLE a_measured_2020 PARTITION OF measured (
  CONSTRAINT is_old CHECK (city < 1000),
  UNIQUE (peak)
) FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2021-01-01 00:00:00+00');
CREATE INDEX only_here ON a_measured_2020 (note) WHERE note <> 'none';
CREATE TABLE measured_later PARTITION OF measured
  FOR VALUES FROM ('2021-01-01 00:00:00+00') TO (MAXVALUE) PARTITION BY HASH (city);
CREATE TABLE measured_later_0 PARTITION OF measured_later FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measured_later_1 PARTITION OF measured_later FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (fillfactor = 50);
CREATE TABLE measured_else PARTITION OF measured DEFAULT;

CREATE SCHEMA parts;
CREATE TABLE parts.by_country (country text COLLATE "C", kind integer, n bigserial) PARTITION BY LIST (country);
CREATE TABLE parts.north PARTITION OF parts.by_country FOR VALUES IN ('no', 'se', NULL);
CREATE TABLE south PARTITION OF parts.by_country FOR VALUES IN ('it', 'es');
CREATE TABLE keys (id integer PRIMARY KEY);
ALTER TABLE parts.by_country ADD FOREIGN KEY (kind) REFERENCES keys;
ALTER TABLE south ADD CONSTRAINT south_only FOREIGN KEY (kind) REFERENCES keys (id) ON DELETE CASCADE;
CREATE TABLE by_expression (a integer, b text) PARTITION BY RANGE (lower(b) COLLATE "C" text_pattern_ops, ((a / 10)));
COMMENT ON TABLE parts.north IS 'cold';
COMMENT ON COLUMN parts.north.kind IS 'of cold';

CREATE TABLE things (id serial, name text NOT NULL, weight integer DEFAULT 1 CHECK (weight >= 0));
CREATE TABLE dated (day date DEFAULT '2020-02-02');
CREATE TABLE a_thing (colour text, PRIMARY KEY (id)) INHERITS (things, dated);
CREATE TABLE heavy_thing (weight integer DEFAULT 100, CHECK (weight > 50)) INHERITS (things);
CREATE TABLE thing_of_thing () INHERITS (a_thing);
ALTER TABLE thing_of_thing ALTER COLUMN weight SET DEFAULT 7;

-- a key to a table of partitions, of a table whose name stands between theirs
CREATE TABLE cars (maker text, model text, PRIMARY KEY (maker, model)) PARTITION BY LIST (maker);
CREATE TABLE cars_else PARTITION OF cars DEFAULT;
CREATE TABLE cars_and_owners (maker text, model text, owner text, FOREIGN KEY (maker, model) REFERENCES cars);
