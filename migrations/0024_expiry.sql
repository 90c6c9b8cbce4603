-- Up Migration

-- Rows of readings go when their frames have expired: found by their age, oldest first. New rows are the newest ones, so
-- an insertion touches the last page of the index only.
CREATE INDEX sensor_readings_received_at ON sensing.sensor_readings (received_at);

-- Down Migration

DROP INDEX sensing.sensor_readings_received_at;
