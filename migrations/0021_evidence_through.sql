-- Up Migration

-- How far each intake is, written every second by whoever takes frames. A row that is no longer written keeps its last
-- word, since nobody knows what waits there; it goes when its spool has been adopted, or with the word "empty, stopping".
CREATE TABLE sensing.intake_leases (
  -- The folder of its spool, or another name of its own.
  intake text PRIMARY KEY,
  written_at timestamptz NOT NULL,
  -- All its frames that were received before are in the store ...
  through timestamptz NOT NULL,
  -- ... but for these tenants: {tenant id: receipt of the oldest frame in flight or spooled}.
  by_tenant jsonb NOT NULL
);

-- Up to when all frames have been handled, written by the sensor process in charge. One row.
CREATE TABLE sensing.evidence_through (
  name text PRIMARY KEY,
  written_at timestamptz NOT NULL,
  through timestamptz NOT NULL,
  by_tenant jsonb NOT NULL
);
COMMENT ON TABLE sensing.evidence_through IS
  'What depends on evidence (no-show, overstay, silence) is decided only up to here.';

-- Down Migration

DROP TABLE sensing.evidence_through;
DROP TABLE sensing.intake_leases;
