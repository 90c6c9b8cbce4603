-- Up Migration

-- Where the projections are: which generation of each is shown, how far every generation has come, who runs it, and
-- what it could not apply. The read models themselves are in the schema read_model, made from the definitions in
-- projections/*/table.ts, one set of tables per generation, with views over the current one.
CREATE SCHEMA projection;
CREATE SCHEMA read_model;

CREATE TABLE projection.projections (
  name text PRIMARY KEY,
  -- The generation that the views show.
  generation integer NOT NULL
);

CREATE TABLE projection.checkpoints (
  projection text NOT NULL REFERENCES projection.projections (name),
  generation integer NOT NULL,
  -- Of the definition that made the tables.
  version integer NOT NULL,
  status text NOT NULL DEFAULT 'new'
    CHECK (status IN ('new', 'booting', 'active', 'paused', 'error', 'retired')),
  error_code text,
  error text,
  retry_at timestamptz,
  -- The last applied position; NULL: nothing yet. Of this store, and no other.
  store_id uuid,
  commit_position bigint,
  prepare_position bigint,
  -- When the store recorded the last applied event.
  recorded_at timestamptz,
  -- One live owner. Every transaction that writes rows moves the position by compare-and-set under its epoch;
  -- whoever changes rows beside the owner raises the epoch, and the owner begins anew.
  owner text,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  PRIMARY KEY (projection, generation),
  CHECK (num_nulls(store_id, commit_position, prepare_position) IN (0, 3))
) WITH (fillfactor = 50);

CREATE TABLE projection.parked_streams (
  projection text NOT NULL,
  generation integer NOT NULL,
  stream text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('poison', 'paused')),
  from_revision bigint NOT NULL,
  last_revision bigint NOT NULL,
  parked_count integer NOT NULL,
  event_type text NOT NULL,
  error text NOT NULL,
  PRIMARY KEY (projection, generation, stream),
  FOREIGN KEY (projection, generation) REFERENCES projection.checkpoints (projection, generation) ON DELETE CASCADE
);

-- Down Migration

DROP SCHEMA read_model CASCADE;
DROP SCHEMA projection CASCADE;
