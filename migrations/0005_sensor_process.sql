-- Up Migration

-- What the sensor process keeps: a fold of the frames log, so it can be made anew from it.
CREATE SCHEMA sensing;

-- Who is in charge, and how far everything has been handled. One row.
CREATE TABLE sensing.checkpoint (
  name text PRIMARY KEY,
  owner text,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  -- Counts commits: a commit that does not follow the one its writer knows of is refused.
  version bigint NOT NULL DEFAULT 0,
  store_id uuid,
  frames_commit bigint,
  frames_prepare bigint,
  devices_commit bigint,
  devices_prepare bigint,
  -- While set: the tables are being made anew, and up to here nobody is told anything.
  fold_commit bigint,
  fold_prepare bigint
);

-- One row for every frame of any kind, of unknown devices too: also the way to find a device's frames in the log.
CREATE TABLE sensing.sensor_readings (
  tenant_id uuid NOT NULL,
  frame_id uuid NOT NULL,
  dev_eui text,
  kind text NOT NULL,
  received_at timestamptz NOT NULL,
  occurred_at timestamptz NOT NULL,
  time_source text NOT NULL,
  clock_suspect boolean NOT NULL,
  effective_at timestamptz NOT NULL,
  session text,
  f_cnt bigint,
  f_port integer,
  payload text NOT NULL,
  outcome text NOT NULL,
  detail text,
  space_id uuid,
  decoded text,
  stream text NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (tenant_id, frame_id)
);
CREATE INDEX sensor_readings_of_device ON sensing.sensor_readings (tenant_id, dev_eui, effective_at, frame_id);
COMMENT ON COLUMN sensing.sensor_readings.effective_at IS
  'In the order of the device: never before its predecessor''s.';

CREATE TABLE sensing.device_liveness (
  tenant_id uuid NOT NULL,
  dev_eui text NOT NULL,
  last_heard_at timestamptz NOT NULL,
  last_frame_id uuid NOT NULL,
  session text,
  f_cnt bigint,
  battery_mv integer,
  temperature_deci_c integer,
  -- Null: nobody misses it.
  stale_due_at timestamptz,
  is_orphan boolean NOT NULL,
  -- Something was found in its frames that its space has not taken yet.
  is_waiting boolean NOT NULL,
  -- The state of the fold as JSON.
  fold text NOT NULL,
  PRIMARY KEY (tenant_id, dev_eui)
) WITH (fillfactor = 70);
CREATE INDEX device_liveness_stale ON sensing.device_liveness (stale_due_at) WHERE stale_due_at IS NOT NULL;
CREATE INDEX device_liveness_waiting ON sensing.device_liveness (tenant_id, dev_eui) WHERE is_waiting;
CREATE INDEX device_liveness_orphans ON sensing.device_liveness (tenant_id, last_heard_at) WHERE is_orphan;

-- Devices whose frames cannot be handled, kept apart so that they hold up nobody.
CREATE TABLE sensing.parked_devices (
  tenant_id uuid NOT NULL,
  dev_eui text NOT NULL,
  since timestamptz NOT NULL,
  reason text NOT NULL,
  frame_id uuid,
  PRIMARY KEY (tenant_id, dev_eui)
);

-- Down Migration

DROP SCHEMA sensing CASCADE;
