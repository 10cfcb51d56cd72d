CREATE TABLE thinking_signatures (
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (hash, kind)
) STRICT;

CREATE INDEX thinking_signatures_last_seen ON thinking_signatures (last_seen);
