CREATE TABLE appointment (id uuid PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, patient text NOT NULL,
    slot text NOT NULL UNIQUE, starts timestamptz NOT NULL, resource jsonb NOT NULL);
CREATE INDEX ON appointment (patient, starts);
CREATE TABLE appointment_history (id uuid, version integer, updated timestamptz NOT NULL, resource jsonb NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE audit_event (id bigserial PRIMARY KEY, at timestamptz NOT NULL, who text NOT NULL, action text NOT NULL, appointment uuid NOT NULL);
