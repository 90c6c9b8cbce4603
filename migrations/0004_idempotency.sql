-- Up Migration

CREATE SCHEMA api;

-- Answers of requests that carried an Idempotency-Key, for 24 hours. The scope is a hash over tenant, principal, route
-- and key; answers hold no personal data.
CREATE TABLE api.idempotency (
  scope text PRIMARY KEY,
  fingerprint text NOT NULL,
  begun_at timestamptz NOT NULL,
  -- NULL: still running, or its process died.
  status integer,
  headers jsonb,
  body text
);
CREATE INDEX idempotency_begun_at ON api.idempotency (begun_at);

-- Down Migration

DROP SCHEMA api CASCADE;
