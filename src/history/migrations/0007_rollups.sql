-- What requests have in common: all that a filter can ask for by its exact value. There are few
-- hundred of these, so that a request, a rollup and an index can say all of it with one number.
CREATE TABLE request_kinds (
  id INTEGER PRIMARY KEY,
  requested_model TEXT NOT NULL,
  provider TEXT,
  served_model TEXT,
  region TEXT,
  state TEXT NOT NULL,
  status INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  is_background INTEGER NOT NULL,
  fell_back INTEGER NOT NULL
) STRICT;

CREATE INDEX request_kinds_by_all ON request_kinds (
  requested_model, provider, served_model, region, state, status, stream, is_background, fell_back
);

INSERT INTO request_kinds (
  requested_model, provider, served_model, region, state, status, stream, is_background, fell_back
)
SELECT DISTINCT requested_model, provider, served_model, region, state, status, stream,
  is_background, attempt_count > 1
FROM requests;

-- Ahead of the new indexes, which would be kept up to date row by row.
ALTER TABLE requests ADD COLUMN kind_id INTEGER REFERENCES request_kinds (id);

UPDATE requests SET kind_id = (
  SELECT id FROM request_kinds AS kind
  WHERE kind.requested_model = requests.requested_model
    AND kind.provider IS requests.provider
    AND kind.served_model IS requests.served_model
    AND kind.region IS requests.region
    AND kind.state = requests.state
    AND kind.status = requests.status
    AND kind.stream = requests.stream
    AND kind.is_background = requests.is_background
    AND kind.fell_back = (requests.attempt_count > 1)
);

DROP INDEX requests_requested_model;
DROP INDEX requests_provider;
DROP INDEX requests_served_model;
DROP INDEX requests_region;
DROP INDEX requests_failed;
DROP INDEX requests_fell_back;

CREATE INDEX requests_kind ON requests (kind_id, created_at, duration_ms, cost_usd);
CREATE INDEX requests_error ON requests (created_at, error, kind_id) WHERE error IS NOT NULL;

-- The shape of errors that older versions wrote; see shape.ts for what new ones get.
UPDATE attempts SET error_shape = substr(replace(replace(replace(replace(replace(replace(replace(
  replace(replace(replace(replace(replace(replace(error, '0', '#'), '1', '#'), '2', '#'), '3', '#'),
  '4', '#'), '5', '#'), '6', '#'), '7', '#'), '8', '#'), '9', '#'), '####', '#'), '##', '#'),
  '##', '#'), 1, 200)
WHERE error IS NOT NULL AND error_shape IS NULL;
UPDATE requests SET error_shape = substr(replace(replace(replace(replace(replace(replace(replace(
  replace(replace(replace(replace(replace(replace(error, '0', '#'), '1', '#'), '2', '#'), '3', '#'),
  '4', '#'), '5', '#'), '6', '#'), '7', '#'), '8', '#'), '9', '#'), '####', '#'), '##', '#'),
  '##', '#'), 1, 200)
WHERE error IS NOT NULL AND error_shape IS NULL;

-- Time is added up in slots of three lengths, in ms; queries/pieces.ts has the same.
CREATE VIEW slot_sizes (size) AS VALUES (300000), (3600000), (43200000);

-- One request as it counts in sums.
CREATE VIEW request_facts AS
SELECT
  id,
  created_at,
  session_id,
  kind_id,
  1 AS requests,
  ifnull(input_tokens, 0) AS input_tokens,
  ifnull(output_tokens, 0) AS output_tokens,
  ifnull(cache_read_input_tokens, 0) AS cache_read_input_tokens,
  ifnull(cache_creation_input_tokens, 0) AS cache_creation_input_tokens,
  ifnull(thinking_tokens, 0) AS thinking_tokens,
  ifnull(cost_usd, 0.0) AS cost_usd,
  cost_usd IS NOT NULL AS priced,
  cost_usd IS NULL AND first_event_ms IS NOT NULL AS unpriced,
  duration_ms,
  throttles_absorbed,
  wait_avoided_ms,
  ifnull(extra_cost_usd, 0.0) AS extra_cost_usd,
  is_weaker AS weaker_turns,
  -- Of one that nobody carried on, the cost need not be known.
  state = 'partial' OR partial_cost_usd IS NOT NULL AS partial_streams,
  ifnull(partial_cost_usd, 0.0) AS partial_cost_usd,
  cache_lost_why IS NOT NULL AS cache_busts,
  cache_lost_tokens,
  ifnull(cache_lost_usd, 0.0) AS cache_lost_usd,
  NOT is_background AS turns,
  state NOT IN ('complete', 'client_closed') AS failed,
  state = 'complete' AND attempt_count > 1 AS fallbacks
FROM requests;

CREATE TABLE request_slots (
  size INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  kind_id INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_input_tokens INTEGER NOT NULL,
  cache_creation_input_tokens INTEGER NOT NULL,
  thinking_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  priced INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  throttles_absorbed INTEGER NOT NULL,
  wait_avoided_ms REAL NOT NULL,
  extra_cost_usd REAL NOT NULL,
  weaker_turns INTEGER NOT NULL,
  partial_streams INTEGER NOT NULL,
  partial_cost_usd REAL NOT NULL,
  cache_lost_tokens INTEGER NOT NULL,
  cache_lost_usd REAL NOT NULL,
  -- No request of the slot took longer, or cost more: where none did, none need be looked at.
  longest_ms REAL NOT NULL,
  dearest_usd REAL NOT NULL,
  PRIMARY KEY (size, slot, kind_id)
) STRICT, WITHOUT ROWID;

-- One latency, in a bin of an eighth of its power of two; `bin` is the least of the bin, in ms.
CREATE VIEW latency_facts AS
SELECT id, created_at, measure, CAST(ms / width AS INTEGER) * width AS bin, 1 AS count, ms
FROM (
  SELECT *, CASE
    WHEN ms < 16 THEN 1 WHEN ms < 32 THEN 2 WHEN ms < 64 THEN 4 WHEN ms < 128 THEN 8
    WHEN ms < 256 THEN 16 WHEN ms < 512 THEN 32 WHEN ms < 1024 THEN 64 WHEN ms < 2048 THEN 128
    WHEN ms < 4096 THEN 256 WHEN ms < 8192 THEN 512 WHEN ms < 16384 THEN 1024
    WHEN ms < 32768 THEN 2048 WHEN ms < 65536 THEN 4096 WHEN ms < 131072 THEN 8192
    WHEN ms < 262144 THEN 16384 WHEN ms < 524288 THEN 32768 WHEN ms < 1048576 THEN 65536
    ELSE 131072 END AS width
  FROM (
    SELECT id, created_at, 'first_event' AS measure, first_event_ms AS ms
    FROM requests WHERE first_event_ms IS NOT NULL
    UNION ALL
    SELECT id, created_at, 'duration', duration_ms FROM requests WHERE state = 'complete'
  )
);

CREATE TABLE latency_slots (
  size INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  measure TEXT NOT NULL,
  bin INTEGER NOT NULL,
  count INTEGER NOT NULL,
  ms REAL NOT NULL,
  PRIMARY KEY (size, slot, measure, bin)
) STRICT, WITHOUT ROWID;

-- What came of one attempt, and of a request for which nobody was asked. Only failures have a
-- shape: that the client left is none.
CREATE VIEW outcomes AS
SELECT
  requests.id AS request_id,
  attempts.id AS attempt_id,
  created_at,
  attempts.provider,
  attempts.model,
  attempts.region,
  outcome,
  CASE WHEN outcome NOT IN ('ok', 'aborted') THEN ifnull(attempts.error_shape, attempts.error) END
    AS shape,
  attempts.error,
  attempts.status,
  attempts.first_event_ms,
  state = 'complete' AS is_absorbed
FROM requests CROSS JOIN attempts ON attempts.request_id = requests.id
UNION ALL
SELECT id, NULL, created_at, NULL, NULL, NULL, state, ifnull(error_shape, error), error, status,
  NULL, 0
FROM requests
WHERE attempt_count = 0 AND error IS NOT NULL AND state <> 'client_closed';

-- What these have in common; each set once.
CREATE TABLE outcome_kinds (
  id INTEGER PRIMARY KEY,
  provider TEXT,
  model TEXT,
  region TEXT,
  outcome TEXT NOT NULL,
  shape TEXT
) STRICT;

CREATE INDEX outcome_kinds_by_all ON outcome_kinds (provider, model, region, outcome, shape);

-- An outcome as it counts in sums.
CREATE VIEW outcome_facts AS
SELECT
  request_id,
  created_at,
  kind.id AS kind_id,
  1 AS count,
  is_absorbed AS absorbed,
  first_event_ms IS NOT NULL AS first_events,
  ifnull(first_event_ms, 0.0) AS first_event_ms,
  created_at AS first_seen,
  created_at AS last_seen
FROM outcomes AS one CROSS JOIN outcome_kinds AS kind
  ON kind.provider IS one.provider AND kind.model IS one.model AND kind.region IS one.region
    AND kind.outcome = one.outcome AND kind.shape IS one.shape;

CREATE TABLE outcome_slots (
  size INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  kind_id INTEGER NOT NULL,
  count INTEGER NOT NULL,
  absorbed INTEGER NOT NULL,
  first_events INTEGER NOT NULL,
  first_event_ms REAL NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- The latest of them.
  request_id TEXT NOT NULL,
  PRIMARY KEY (size, slot, kind_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_totals (
  session_id TEXT PRIMARY KEY,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  fallbacks INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_input_tokens INTEGER NOT NULL,
  cache_creation_input_tokens INTEGER NOT NULL,
  thinking_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  priced INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  cache_busts INTEGER NOT NULL,
  cache_lost_tokens INTEGER NOT NULL,
  cache_lost_usd REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- With all that sessions are sorted by.
CREATE INDEX session_totals_last_seen ON session_totals (
  last_seen, first_seen, requests, cost_usd, total_tokens
);

-- Adds a request, all of whose rows are there, to every sum: `INSERT INTO recorded VALUES (id)`.
CREATE VIEW recorded AS SELECT id FROM requests;

CREATE TRIGGER add_up INSTEAD OF INSERT ON recorded BEGIN
  INSERT INTO request_slots
  SELECT size, created_at - created_at % size, kind_id, requests, input_tokens, output_tokens,
    cache_read_input_tokens, cache_creation_input_tokens, thinking_tokens, cost_usd, priced,
    unpriced, duration_ms, throttles_absorbed, wait_avoided_ms, extra_cost_usd, weaker_turns,
    partial_streams, partial_cost_usd, cache_lost_tokens, cache_lost_usd, duration_ms, cost_usd
  FROM request_facts CROSS JOIN slot_sizes
  WHERE id = NEW.id
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cache_read_input_tokens = cache_read_input_tokens + excluded.cache_read_input_tokens,
    cache_creation_input_tokens =
      cache_creation_input_tokens + excluded.cache_creation_input_tokens,
    thinking_tokens = thinking_tokens + excluded.thinking_tokens,
    cost_usd = cost_usd + excluded.cost_usd,
    priced = priced + excluded.priced,
    unpriced = unpriced + excluded.unpriced,
    duration_ms = duration_ms + excluded.duration_ms,
    throttles_absorbed = throttles_absorbed + excluded.throttles_absorbed,
    wait_avoided_ms = wait_avoided_ms + excluded.wait_avoided_ms,
    extra_cost_usd = extra_cost_usd + excluded.extra_cost_usd,
    weaker_turns = weaker_turns + excluded.weaker_turns,
    partial_streams = partial_streams + excluded.partial_streams,
    partial_cost_usd = partial_cost_usd + excluded.partial_cost_usd,
    cache_lost_tokens = cache_lost_tokens + excluded.cache_lost_tokens,
    cache_lost_usd = cache_lost_usd + excluded.cache_lost_usd,
    longest_ms = max(longest_ms, excluded.longest_ms),
    dearest_usd = max(dearest_usd, excluded.dearest_usd);

  INSERT INTO latency_slots
  SELECT size, created_at - created_at % size, measure, bin, count, ms
  FROM latency_facts CROSS JOIN slot_sizes
  WHERE id = NEW.id
  ON CONFLICT DO UPDATE SET count = count + excluded.count, ms = ms + excluded.ms;

  INSERT INTO outcome_kinds (provider, model, region, outcome, shape)
  SELECT DISTINCT provider, model, region, outcome, shape
  FROM outcomes AS one
  WHERE request_id = NEW.id AND NOT EXISTS (
    SELECT 1 FROM outcome_kinds AS kind
    WHERE kind.provider IS one.provider AND kind.model IS one.model AND kind.region IS one.region
      AND kind.outcome = one.outcome AND kind.shape IS one.shape
  );

  INSERT INTO outcome_slots
  SELECT size, created_at - created_at % size, kind_id, count, absorbed, first_events,
    first_event_ms, first_seen, last_seen, request_id
  FROM outcome_facts CROSS JOIN slot_sizes
  WHERE request_id = NEW.id
  ON CONFLICT DO UPDATE SET
    count = count + excluded.count,
    absorbed = absorbed + excluded.absorbed,
    first_events = first_events + excluded.first_events,
    first_event_ms = first_event_ms + excluded.first_event_ms,
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen),
    request_id = iif(excluded.last_seen >= last_seen, excluded.request_id, request_id);

  INSERT INTO session_totals
  SELECT session_id, created_at, created_at, requests, turns, failed, fallbacks, input_tokens,
    output_tokens, cache_read_input_tokens, cache_creation_input_tokens, thinking_tokens,
    input_tokens + output_tokens + cache_read_input_tokens + cache_creation_input_tokens, cost_usd,
    priced, unpriced, cache_busts, cache_lost_tokens, cache_lost_usd
  FROM request_facts
  WHERE id = NEW.id AND session_id IS NOT NULL
  ON CONFLICT DO UPDATE SET
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen),
    requests = requests + excluded.requests,
    turns = turns + excluded.turns,
    failed = failed + excluded.failed,
    fallbacks = fallbacks + excluded.fallbacks,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cache_read_input_tokens = cache_read_input_tokens + excluded.cache_read_input_tokens,
    cache_creation_input_tokens =
      cache_creation_input_tokens + excluded.cache_creation_input_tokens,
    thinking_tokens = thinking_tokens + excluded.thinking_tokens,
    total_tokens = total_tokens + excluded.total_tokens,
    cost_usd = cost_usd + excluded.cost_usd,
    priced = priced + excluded.priced,
    unpriced = unpriced + excluded.unpriced,
    cache_busts = cache_busts + excluded.cache_busts,
    cache_lost_tokens = cache_lost_tokens + excluded.cache_lost_tokens,
    cache_lost_usd = cache_lost_usd + excluded.cache_lost_usd;
END;

INSERT INTO recorded SELECT id FROM requests ORDER BY created_at;
