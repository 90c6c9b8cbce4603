-- Up Migration

-- Keys of people's data. Not rebuildable from events: backed up apart, with short-lived copies only, because an
-- erasure is complete only when the last copy of the key has gone.
CREATE SCHEMA vault;

CREATE TABLE vault.tenant_keys (
  tenant_id uuid PRIMARY KEY,
  -- The tenant's key, encrypted with the master key (iv || tag || ciphertext).
  wrapped bytea NOT NULL
);

CREATE TABLE vault.subject_keys (
  tenant_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  key_id text NOT NULL,
  -- The subject's key, encrypted with the tenant's. NULL: destroyed; the row stays as a tombstone (rule P4).
  wrapped bytea,
  -- SubjectKeyCreated is in the subject's stream.
  recorded boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, subject_id)
);

-- From a caller's own reference (as a keyed hash) to the random subject id. Deletable.
CREATE TABLE vault.subject_directory (
  tenant_id uuid NOT NULL,
  holder_hash bytea NOT NULL,
  subject_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, holder_hash)
);

-- Down Migration

DROP SCHEMA vault CASCADE;
