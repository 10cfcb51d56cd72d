CREATE INDEX requests_requested_model ON requests (requested_model, created_at);

CREATE INDEX requests_provider ON requests (provider, created_at);

CREATE INDEX requests_served_model ON requests (served_model, created_at);

CREATE INDEX requests_session ON requests (session_id, created_at);

CREATE INDEX requests_failed ON requests (created_at) WHERE state <> 'complete';

CREATE INDEX requests_fell_back ON requests (created_at) WHERE attempt_count > 1;

CREATE INDEX requests_region ON requests (region, created_at);
