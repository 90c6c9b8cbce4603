-- Up Migration

-- The event log. [F] Why it is as it is: docs/decisions/0003-postgres-event-store.md and 0004-one-lock-per-batch.md.
CREATE SCHEMA event_store;

-- Names of streams; never updated. There is no head in it: a column that every append updates bloats behind one
-- open snapshot until appends crawl. The head is the last entry of the index (stream, revision).
CREATE TABLE event_store.streams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  category text NOT NULL GENERATED ALWAYS AS (split_part(name, '-', 1)) STORED
);

-- The domain log. Positions are 1, 2, 3 … without a gap and in the order of commits, because whoever appends holds the
-- log's lock until its commit. `data` and `metadata` are text: jsonb refuses \u0000 and lone surrogates and
-- reorders keys, and hashes are taken over what was written. `type` is the inside of its JSON string, so that it
-- holds neither a raw newline nor U+0000. No foreign key: its row locks would write to `streams` at every append.
CREATE TABLE event_store.events (
  position bigint PRIMARY KEY,
  stream bigint NOT NULL,
  revision bigint NOT NULL,
  created timestamptz NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  data text NOT NULL,
  metadata text NOT NULL,
  UNIQUE (stream, revision)
);

CREATE FUNCTION event_store.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on %.%: history is append-only', tg_op, tg_table_schema, tg_table_name
    USING ERRCODE = 'insufficient_privilege';
END $$;

-- Of statements, not of rows: inserts pay nothing, and a change is refused even where it would hit no row.
-- ALWAYS: also where session_replication_role switches ordinary triggers off.
CREATE FUNCTION event_store.protect(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse_change()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
END $$;

SELECT event_store.protect('event_store.streams');
SELECT event_store.protect('event_store.events');

-- Logs of what expires: no total order with the domain, no projection, one table each, partitioned by day.
-- Uniqueness comes from the lock: a unique index would have to hold the partition key.
CREATE FUNCTION event_store.create_transient_log(log text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE event_store.%I (
    position bigint NOT NULL,
    stream bigint NOT NULL,
    revision bigint NOT NULL,
    created timestamptz NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    data text NOT NULL,
    metadata text NOT NULL
  ) PARTITION BY RANGE (created)', log);
  EXECUTE format('CREATE INDEX ON event_store.%I (position)', log);
  EXECUTE format('CREATE INDEX ON event_store.%I (stream, revision)', log);
  -- Read and set only under the log's lock. It outlives the partitions: no position is handed out twice.
  EXECUTE format('CREATE SEQUENCE event_store.%I MINVALUE 0 START 0', log || '_position');
  PERFORM event_store.protect(format('event_store.%I', log)::regclass);
END $$;

SELECT event_store.create_transient_log(log) FROM unnest(ARRAY['frames', 'refusals', 'access']) log;

-- How long the events of a transient stream are shown. No row: for ever.
CREATE TABLE event_store.retention (
  stream bigint PRIMARY KEY,
  max_age_s bigint NOT NULL CHECK (max_age_s >= 0)
);

-- The last revision of a stream whose latest events went with their partition: numbering goes on behind it.
CREATE TABLE event_store.expired_heads (
  stream bigint PRIMARY KEY,
  revision bigint NOT NULL
);

-- One advisory lock per log. Two numbers: the first is ours alone in this database.
CREATE FUNCTION event_store.lock_number(log text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE log WHEN 'domain' THEN 0 WHEN 'frames' THEN 1 WHEN 'refusals' THEN 2 WHEN 'access' THEN 3 END
$$;

-- Held until the end of the transaction, so whoever gets it sees everything that was appended before, provided that
-- each later statement takes a snapshot of its own. Above READ COMMITTED they would share one from before the lock.
CREATE FUNCTION event_store.take_lock(log text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'appending needs READ COMMITTED, not %', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  PERFORM pg_advisory_xact_lock(1651269747, event_store.lock_number(log));
END $$;

-- The arithmetic of a batch, without a look at any table. Appends come in order; `stream_numbers` says which of the
-- streams in `heads` each one is for, so a later append sees what an earlier one of the same batch did.
--   expectations: a revision, -1 no stream, -2 any, -3 the stream exists
--   fates: w written, r repeat if the ids agree, c conflict
--   heads_found: the head that each append met
--   For event number n of the batch, belonging to append a = event_appends[n]:
--   revision = revision_shifts[a] + n, position = position of the log before the batch + position_shifts[a] + n
CREATE FUNCTION event_store.plan_batch(
  stream_numbers integer[], expectations bigint[], counts integer[], heads bigint[],
  OUT fates text[], OUT heads_found bigint[], OUT revision_shifts bigint[], OUT position_shifts bigint[],
  OUT event_appends integer[], OUT streams_written boolean[], OUT written bigint, OUT repeats boolean
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  events bigint := 0;
  number integer;
  head bigint;
  expected bigint;
BEGIN
  written := 0;
  repeats := false;
  streams_written := array_fill(false, ARRAY[cardinality(heads)]);
  FOR i IN 1 .. cardinality(stream_numbers) LOOP
    number := stream_numbers[i];
    head := heads[number];
    expected := expectations[i];
    IF head IS NULL OR expected IS NULL OR coalesce(counts[i], 0) < 1 THEN
      RAISE EXCEPTION 'append % of the batch is malformed', i USING ERRCODE = 'invalid_parameter_value';
    END IF;
    heads_found[i] := head;
    position_shifts[i] := written - events;
    IF expected = head OR expected = -2 OR (expected = -3 AND head >= 0) THEN
      fates[i] := 'w';
      revision_shifts[i] := head - events;
      heads[number] := head + counts[i];
      streams_written[number] := true;
      written := written + counts[i];
    ELSE
      -- What ends beyond the head cannot have been written.
      fates[i] := CASE WHEN expected >= -1 AND expected + counts[i] <= head THEN 'r' ELSE 'c' END;
      revision_shifts[i] := expected - events;
      repeats := repeats OR fates[i] = 'r';
    END IF;
    FOR n IN events + 1 .. events + counts[i] LOOP
      event_appends[n] := i;
    END LOOP;
    events := events + counts[i];
  END LOOP;
END $$;

-- A newline inside a value would shift everything behind it into the wrong append.
CREATE FUNCTION event_store.check_lengths(
  stream_numbers integer[], expectations bigint[], counts integer[],
  ids uuid[], types text[], data text[], metadata text[]
) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  appends integer := cardinality(stream_numbers);
  events bigint := (SELECT sum(c) FROM unnest(counts) c);
BEGIN
  IF appends = 0 OR cardinality(expectations) <> appends OR cardinality(counts) <> appends
    OR cardinality(ids) <> events OR cardinality(types) <> events
    OR cardinality(data) <> events OR cardinality(metadata) <> events
  THEN
    RAISE EXCEPTION 'the columns of the batch differ in length' USING ERRCODE = 'invalid_parameter_value';
  END IF;
END $$;

CREATE FUNCTION event_store.lowest_expectations(stream_numbers integer[], expectations bigint[]) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  lowest bigint[];
BEGIN
  FOR i IN 1 .. cardinality(stream_numbers) LOOP
    lowest[stream_numbers[i]] := least(lowest[stream_numbers[i]], expectations[i]);
  END LOOP;
  RETURN lowest;
END $$;

-- Appends a batch to the domain log: one statement, one transaction, one flush. Answers one row per append, in order:
--   w written, r written by an earlier attempt (revision and position are the original ones),
--   c conflict (revision: the head that was found, -1 for no stream; nothing of this append was written)
-- Text columns are joined with newlines. Plans must not depend on when statistics were last taken: the log grows
-- a thousandfold between two looks of autovacuum.
CREATE FUNCTION event_store.append_batch(
  stream_names text, stream_numbers integer[], expectations bigint[], counts integer[],
  ids text, types text, data text, metadata text
) RETURNS TABLE (fate text, revision bigint, "position" bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
AS $$
#variable_conflict use_column
DECLARE
  names text[] := string_to_array(stream_names, E'\n');
  event_ids uuid[] := string_to_array(ids, E'\n')::uuid[];
  event_types text[] := string_to_array(types, E'\n');
  event_data text[] := string_to_array(data, E'\n');
  event_metadata text[] := string_to_array(metadata, E'\n');
  stream_ids bigint[];
  heads bigint[];
  plan record;
  now_ms timestamptz;
  last bigint;
  matches bigint[];
  originals bigint[];
BEGIN
  PERFORM event_store.check_lengths(
    stream_numbers, expectations, counts, event_ids, event_types, event_data, event_metadata);
  PERFORM event_store.take_lock('domain');
  now_ms := date_trunc('milliseconds', clock_timestamp());

  -- A head is looked for from the expected revision on, where it nearly always is: an index scan reads all that matches
  -- of a page, and of a long stream that is a whole page. Only what is not found there is looked for everywhere.
  SELECT array_agg(s.id ORDER BY n.n), array_agg(coalesce(
      (SELECT e.revision FROM event_store.events e
       WHERE e.stream = s.id AND e.revision >= n.expected ORDER BY e.revision DESC LIMIT 1),
      (SELECT e.revision FROM event_store.events e
       WHERE e.stream = s.id AND n.expected > 0 ORDER BY e.revision DESC LIMIT 1), -1
    ) ORDER BY n.n)
  INTO stream_ids, heads
  FROM unnest(names, event_store.lowest_expectations(stream_numbers, expectations))
    WITH ORDINALITY n(name, expected, n)
  LEFT JOIN LATERAL (SELECT s.id FROM event_store.streams s WHERE s.name = n.name LIMIT 1) s ON true;

  plan := event_store.plan_batch(stream_numbers, expectations, counts, heads);

  IF plan.written > 0 THEN
    stream_ids := event_store.register_streams(names, stream_ids, plan.streams_written);
    last := coalesce((SELECT max(e.position) FROM event_store.events e), 0);
    INSERT INTO event_store.events (position, stream, revision, created, id, type, data, metadata)
    SELECT last + plan.position_shifts[e.a] + e.n, stream_ids[stream_numbers[e.a]],
      plan.revision_shifts[e.a] + e.n, now_ms, e.id, e.type, e.data, e.metadata
    FROM unnest(plan.event_appends, event_ids, event_types, event_data, event_metadata)
      WITH ORDINALITY e(a, id, type, data, metadata, n)
    WHERE plan.fates[e.a] = 'w';
    PERFORM pg_notify('event_store_domain', '');
  END IF;

  -- After the insert, so that a repeat in the same batch as its original finds it.
  IF plan.repeats THEN
    SELECT array_agg(f.matches ORDER BY f.a), array_agg(f.original ORDER BY f.a) INTO matches, originals
    FROM (
      SELECT e.a, count(o.position) AS matches, max(o.position) AS original
      FROM unnest(plan.event_appends, event_ids) WITH ORDINALITY e(a, id, n)
      LEFT JOIN event_store.events o ON plan.fates[e.a] = 'r' AND o.stream = stream_ids[stream_numbers[e.a]]
        AND o.revision = plan.revision_shifts[e.a] + e.n AND o.id = e.id
      GROUP BY e.a) f;
  END IF;

  RETURN QUERY SELECT * FROM event_store.answer_batch(
    plan.fates, plan.heads_found, plan.revision_shifts, plan.position_shifts, counts, last, matches, originals);
END $$;

-- Gives ids to the streams that are written to for the first time.
CREATE FUNCTION event_store.register_streams(names text[], stream_ids bigint[], written boolean[])
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  new_id bigint;
BEGIN
  FOR i IN 1 .. cardinality(names) LOOP
    IF stream_ids[i] IS NULL AND written[i] THEN
      INSERT INTO event_store.streams (name) VALUES (names[i]) RETURNING id INTO new_id;
      stream_ids[i] := new_id;
    END IF;
  END LOOP;
  RETURN stream_ids;
END $$;

CREATE FUNCTION event_store.answer_batch(
  fates text[], heads_found bigint[], revision_shifts bigint[], position_shifts bigint[], counts integer[],
  last bigint, matches bigint[], originals bigint[]
) RETURNS TABLE (fate text, revision bigint, "position" bigint)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  events bigint := 0;
BEGIN
  FOR i IN 1 .. cardinality(fates) LOOP
    events := events + counts[i];
    fate := fates[i];
    IF fate = 'r' AND matches[i] IS DISTINCT FROM counts[i] THEN
      fate := 'c';
    END IF;
    revision := CASE fate WHEN 'c' THEN heads_found[i] ELSE revision_shifts[i] + events END;
    position := CASE fate WHEN 'w' THEN last + position_shifts[i] + events WHEN 'r' THEN originals[i] END;
    RETURN NEXT;
  END LOOP;
END $$;

-- Partitions of a transient log, newest first.
CREATE FUNCTION event_store.partitions(log text)
RETURNS TABLE (partition regclass, day date) LANGUAGE sql STABLE AS $$
  SELECT c.oid::regclass, to_date(right(c.relname, 8), 'YYYYMMDD')
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = format('event_store.%I', log)::regclass
  ORDER BY c.relname DESC
$$;

-- Makes the partition of a UTC day, if there is none. Made apart and then attached: readers and writers go on.
-- Only under the log's lock.
CREATE FUNCTION event_store.create_partition(log text, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := log || '_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass(format('event_store.%I', name)) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE event_store.%I (LIKE event_store.%I)', name, log);
  PERFORM event_store.protect(format('event_store.%I', name)::regclass);
  EXECUTE format('ALTER TABLE event_store.%I ATTACH PARTITION event_store.%I FOR VALUES FROM (%L) TO (%L)',
    log, name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
END $$;

-- Today's and tomorrow's partitions of all transient logs.
CREATE FUNCTION event_store.create_partitions(today date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  log text;
BEGIN
  FOREACH log IN ARRAY ARRAY['access', 'frames', 'refusals'] LOOP
    PERFORM event_store.take_lock(log);
    PERFORM event_store.create_partition(log, today + ahead) FROM generate_series(0, 1) ahead;
  END LOOP;
END $$;

-- As append_batch, for a transient log. `at` is an injected clock of tests; NULL: the server's.
CREATE FUNCTION event_store.append_transient(
  log text, at timestamptz, stream_names text, stream_numbers integer[], expectations bigint[], counts integer[],
  ids text, types text, data text, metadata text
) RETURNS TABLE (fate text, revision bigint, "position" bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_column
DECLARE
  names text[] := string_to_array(stream_names, E'\n');
  event_ids uuid[] := string_to_array(ids, E'\n')::uuid[];
  event_types text[] := string_to_array(types, E'\n');
  event_data text[] := string_to_array(data, E'\n');
  event_metadata text[] := string_to_array(metadata, E'\n');
  stream_ids bigint[];
  heads bigint[];
  newest date;
  now_ms timestamptz;
  plan record;
  last bigint;
  matches bigint[];
  originals bigint[];
BEGIN
  PERFORM event_store.check_lengths(
    stream_numbers, expectations, counts, event_ids, event_types, event_data, event_metadata);
  PERFORM event_store.take_lock(log);

  SELECT array_agg(s.id ORDER BY n.n) INTO stream_ids
  FROM unnest(names) WITH ORDINALITY n(name, n)
  LEFT JOIN LATERAL (SELECT s.id FROM event_store.streams s WHERE s.name = n.name LIMIT 1) s ON true;
  SELECT f.heads, f.newest INTO heads, newest FROM event_store.transient_heads(log, stream_ids) f;

  -- Never into an older partition than the last event: the head is looked for from the newest one on.
  now_ms := date_trunc('milliseconds', coalesce(at, clock_timestamp()));
  now_ms := greatest(now_ms, newest::timestamp AT TIME ZONE 'UTC');
  plan := event_store.plan_batch(stream_numbers, expectations, counts, heads);

  IF plan.written > 0 THEN
    PERFORM event_store.create_partition(log, (now_ms AT TIME ZONE 'UTC')::date);
    stream_ids := event_store.register_streams(names, stream_ids, plan.streams_written);
    EXECUTE format('SELECT last_value FROM event_store.%I', log || '_position') INTO last;
    EXECUTE format('INSERT INTO event_store.%I (position, stream, revision, created, id, type, data, metadata)
      SELECT $1 + $2[e.a] + e.n, $3[$4[e.a]], $5[e.a] + e.n, $6, e.id, e.type, e.data, e.metadata
      FROM unnest($7, $8, $9, $10, $11) WITH ORDINALITY e(a, id, type, data, metadata, n)
      WHERE $12[e.a] = ''w''', log)
    USING last, plan.position_shifts, stream_ids, stream_numbers, plan.revision_shifts, now_ms,
      plan.event_appends, event_ids, event_types, event_data, event_metadata, plan.fates;
    PERFORM setval(format('event_store.%I', log || '_position')::regclass, last + plan.written);
    PERFORM pg_notify('event_store_' || log, '');
  END IF;

  IF plan.repeats THEN
    EXECUTE format('SELECT array_agg(f.matches ORDER BY f.a), array_agg(f.original ORDER BY f.a)
      FROM (
        SELECT e.a, count(o.position) AS matches, max(o.position) AS original
        FROM unnest($1, $2) WITH ORDINALITY e(a, id, n)
        LEFT JOIN event_store.%I o ON $3[e.a] = ''r'' AND o.stream = $4[$5[e.a]]
          AND o.revision = $6[e.a] + e.n AND o.id = e.id
        GROUP BY e.a) f', log)
    INTO matches, originals
    USING plan.event_appends, event_ids, plan.fates, stream_ids, stream_numbers, plan.revision_shifts;
  END IF;

  RETURN QUERY SELECT * FROM event_store.answer_batch(
    plan.fates, plan.heads_found, plan.revision_shifts, plan.position_shifts, counts, last, matches, originals);
END $$;

-- Heads of transient streams, found partition by partition from the newest: almost always in the first ones, where
-- one query over all would plan and open a thousand partitions. Also the day of the newest partition with events.
CREATE FUNCTION event_store.transient_heads(log text, stream_ids bigint[], OUT heads bigint[], OUT newest date)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  part record;
  found_one boolean;
BEGIN
  heads := array_fill(NULL::bigint, ARRAY[cardinality(stream_ids)]);
  FOR part IN SELECT * FROM event_store.partitions(log) LOOP
    IF newest IS NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part.partition) INTO found_one;
      CONTINUE WHEN NOT found_one;
      newest := part.day;
    END IF;
    EXECUTE format('SELECT array_agg(coalesce(u.head,
        (SELECT e.revision FROM %s e WHERE e.stream = u.stream ORDER BY e.revision DESC LIMIT 1)) ORDER BY u.n)
      FROM unnest($1, $2) WITH ORDINALITY u(stream, head, n)', part.partition)
    INTO heads USING stream_ids, heads;
    -- Streams that are not registered have no events anywhere.
    EXIT WHEN NOT EXISTS (SELECT FROM unnest(stream_ids, heads) u(stream, head)
      WHERE u.stream IS NOT NULL AND u.head IS NULL);
  END LOOP;
  SELECT array_agg(coalesce(u.head, x.revision, -1) ORDER BY u.n) INTO heads
  FROM unnest(stream_ids, heads) WITH ORDINALITY u(stream, head, n)
  LEFT JOIN event_store.expired_heads x ON x.stream = u.stream;
END $$;

-- The last position of a log. A transient log's sequence is ahead of what is committed while a batch is under way,
-- so it is read beside no writer.
CREATE FUNCTION event_store.head(log text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  last bigint;
BEGIN
  IF log = 'domain' THEN
    RETURN coalesce((SELECT max(position) FROM event_store.events), 0);
  END IF;
  PERFORM pg_advisory_xact_lock_shared(1651269747, event_store.lock_number(log));
  EXECUTE format('SELECT last_value FROM event_store.%I', log || '_position') INTO last;
  RETURN last;
END $$;

-- From now on events of this stream are hidden once they are older. The stream need not exist yet.
CREATE FUNCTION event_store.retain(log text, stream_name text, max_age_s bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  stream_id bigint;
BEGIN
  PERFORM event_store.take_lock(log);
  SELECT s.id INTO stream_id FROM event_store.streams s WHERE s.name = stream_name;
  IF stream_id IS NULL THEN
    INSERT INTO event_store.streams (name) VALUES (stream_name) RETURNING id INTO stream_id;
  END IF;
  INSERT INTO event_store.retention AS r (stream, max_age_s) VALUES (stream_id, retain.max_age_s)
  ON CONFLICT (stream) DO UPDATE SET max_age_s = excluded.max_age_s WHERE r.max_age_s <> excluded.max_age_s;
END $$;

-- Drops a partition if its day is over and every event in it is hidden; answers whether it did. The caller sets a short
-- lock_timeout and tries again: behind one open reader a DROP would wait, and everybody else behind the DROP.
CREATE FUNCTION event_store.drop_partition(log text, day date, at timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  name text := log || '_' || to_char(day, 'YYYYMMDD');
  over timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  shown boolean;
BEGIN
  -- Before the table: a writer takes them in this order.
  PERFORM event_store.take_lock(log);
  IF to_regclass(format('event_store.%I', name)) IS NULL OR over > at THEN
    RETURN false;
  END IF;
  -- Streams by skipping through the index; each one's policy counts from the end of the day.
  EXECUTE format('
    WITH RECURSIVE held(stream) AS (
      (SELECT stream FROM event_store.%1$I ORDER BY stream LIMIT 1)
      UNION ALL
      SELECT (SELECT p.stream FROM event_store.%1$I p WHERE p.stream > h.stream ORDER BY p.stream LIMIT 1)
      FROM held h WHERE h.stream IS NOT NULL)
    SELECT EXISTS (SELECT FROM held h LEFT JOIN event_store.retention r USING (stream)
      WHERE h.stream IS NOT NULL AND (r.max_age_s IS NULL OR $1 + make_interval(secs => r.max_age_s) > $2))', name)
  INTO shown USING over, at;
  IF shown THEN
    RETURN false;
  END IF;
  EXECUTE format('INSERT INTO event_store.expired_heads AS x (stream, revision)
    SELECT stream, max(revision) FROM event_store.%I GROUP BY stream
    ON CONFLICT (stream) DO UPDATE SET revision = greatest(x.revision, excluded.revision)', name);
  EXECUTE format('DROP TABLE event_store.%I', name);
  RETURN true;
END $$;

-- Down Migration

DROP SCHEMA event_store CASCADE;
