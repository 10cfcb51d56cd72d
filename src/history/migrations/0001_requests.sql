CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  session_id TEXT,
  requested_model TEXT NOT NULL,
  provider TEXT,
  served_model TEXT,
  region TEXT,
  stream INTEGER NOT NULL,
  status INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempt_count INTEGER NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cache_read_input_tokens INTEGER,
  cache_creation_input_tokens INTEGER,
  first_event_ms REAL,
  duration_ms REAL NOT NULL,
  cost_usd REAL,
  error TEXT
) STRICT;

CREATE INDEX requests_created_at ON requests (created_at);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  region TEXT,
  status INTEGER,
  outcome TEXT NOT NULL,
  error TEXT,
  started_ms REAL NOT NULL,
  first_event_ms REAL,
  duration_ms REAL NOT NULL
) STRICT;

CREATE INDEX attempts_request_id ON attempts (request_id);
