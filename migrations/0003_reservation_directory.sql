-- Up Migration

CREATE SCHEMA directory;

-- Written before the append: a claim until the space's stream holds the reservation. Rebuildable from the events.
CREATE TABLE directory.reservations (
  tenant_id uuid NOT NULL,
  reservation_id uuid NOT NULL,
  space_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, reservation_id)
);

-- Down Migration

DROP SCHEMA directory CASCADE;
