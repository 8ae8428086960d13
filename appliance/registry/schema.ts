/** `WRay`: marks a file as a registry, see PRAGMA application_id. */
export const APPLICATION_ID = 0x57526179;

/** Migration n leads from PRAGMA user_version n to n + 1; one that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE session (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL CHECK (revision > 0),
    user_hash TEXT NOT NULL,
    exclusive INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('created', 'active', 'resumed', 'suspended')),
    terminal TEXT,
    token TEXT,
    lock TEXT NOT NULL CHECK (lock IN ('none', 'detached', 'asked')),
    attachments INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    shown_at_ms INTEGER,
    sealed BLOB NOT NULL,
    CHECK ((terminal IS NOT NULL) = (state IN ('active', 'resumed')))
  ) STRICT;
  CREATE INDEX session_user ON session (user_hash);
  CREATE UNIQUE INDEX session_exclusive ON session (user_hash) WHERE exclusive = 1;
  CREATE UNIQUE INDEX session_terminal ON session (terminal) WHERE terminal IS NOT NULL;

  CREATE TABLE token (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('smartCard', 'badge', 'software')),
    user_hash TEXT NOT NULL,
    registered_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX token_user ON token (user_hash);

  CREATE TABLE terminal (
    name TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'revoked')),
    registered_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX terminal_state ON terminal (state);

  CREATE TABLE enrolment (
    id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL,
    terminal TEXT,
    expires_at_ms INTEGER NOT NULL,
    attempts_left INTEGER NOT NULL CHECK (attempts_left >= 0),
    used_by TEXT REFERENCES terminal (name) ON UPDATE CASCADE ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX enrolment_used_by ON enrolment (used_by);

  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    session TEXT,
    terminal TEXT,
    token TEXT,
    sealed BLOB NOT NULL
  ) STRICT;

  -- Append-only: only the bounds on age and number take events away, oldest first; sealing anew changes no content.
  CREATE TABLE event_horizon (only INTEGER PRIMARY KEY CHECK (only = 1), id INTEGER NOT NULL) STRICT;
  INSERT INTO event_horizon VALUES (1, 0);
  CREATE TRIGGER event_horizon_moves_on BEFORE UPDATE ON event_horizon WHEN NEW.id < OLD.id
    BEGIN SELECT RAISE(ABORT, 'the audit horizon only moves on'); END;
  CREATE TRIGGER event_is_not_changed BEFORE UPDATE OF id, at_ms, kind, session, terminal, token ON event
    BEGIN SELECT RAISE(ABORT, 'audit events are not changed'); END;
  CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
    WHEN OLD.id > (SELECT id FROM event_horizon)
    BEGIN SELECT RAISE(ABORT, 'audit events are not removed'); END;
  `,
  `
  ALTER TABLE event ADD COLUMN code TEXT;
  CREATE INDEX event_code ON event (code, id) WHERE code IS NOT NULL;
  DROP TRIGGER event_is_not_changed;
  CREATE TRIGGER event_is_not_changed BEFORE UPDATE OF id, at_ms, kind, session, terminal, token, code ON event
    BEGIN SELECT RAISE(ABORT, 'audit events are not changed'); END;
  `,
];
