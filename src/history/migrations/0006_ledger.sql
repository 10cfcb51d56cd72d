CREATE TABLE client_headers (
  id INTEGER PRIMARY KEY,
  headers TEXT NOT NULL UNIQUE
);

ALTER TABLE requests ADD COLUMN preferred_provider TEXT;
ALTER TABLE requests ADD COLUMN preferred_model TEXT;
ALTER TABLE requests ADD COLUMN throttles_absorbed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN wait_avoided_ms REAL NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN extra_cost_usd REAL;
ALTER TABLE requests ADD COLUMN is_weaker INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN partial_cost_usd REAL;
ALTER TABLE requests ADD COLUMN prefix_change TEXT;
ALTER TABLE requests ADD COLUMN cache_lost_why TEXT;
ALTER TABLE requests ADD COLUMN cache_lost_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN cache_lost_usd REAL;
ALTER TABLE requests ADD COLUMN replay_of TEXT;
ALTER TABLE requests ADD COLUMN error_shape TEXT;
ALTER TABLE requests ADD COLUMN client_headers_id INTEGER REFERENCES client_headers (id);

ALTER TABLE attempts ADD COLUMN headers_ms REAL;
ALTER TABLE attempts ADD COLUMN retry_after_ms REAL;
ALTER TABLE attempts ADD COLUMN error_shape TEXT;

CREATE TABLE payloads (
  request_id TEXT PRIMARY KEY NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  request BLOB,
  request_bytes INTEGER NOT NULL,
  request_is_cut INTEGER NOT NULL,
  response BLOB,
  response_bytes INTEGER NOT NULL,
  response_is_cut INTEGER NOT NULL,
  size INTEGER NOT NULL
);

CREATE INDEX payloads_size ON payloads (request_id, size);
