-- Up Migration

-- Messages of network servers that were refused, for whoever asks why nothing arrives: no evidence, and never much of it.
-- The newest of each tenant are kept, and no longer than some days.
CREATE TABLE sensing.refused_messages (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  -- Null: the sender showed no key that we know.
  tenant_id uuid,
  key_id text,
  path text NOT NULL,
  status integer NOT NULL,
  code text NOT NULL,
  detail text,
  -- What the message itself says, where it could be read.
  dev_eui text,
  bytes integer
);
CREATE INDEX refused_messages_of_tenant ON sensing.refused_messages (tenant_id, at, id);

-- Down Migration

DROP TABLE sensing.refused_messages;
