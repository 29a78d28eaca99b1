/** Version of the tables: an index of another version is made again. */
const VERSION = 1;

/** A pragma that says whose tables these are. */
export const VERSION_SQL = `PRAGMA user_version=${VERSION}`;

export const isOfThisVersion = (version: unknown): boolean => version === VERSION;

/**
 * The tables. `n` numbers runs by their time (run-number.ts), so that they come in order without sorting. `run` holds what
 * is searched, `detail` what is only shown. `words` holds texts by their trigrams, and no copy of them.
 */
export const TABLES = `
CREATE TABLE run (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  verdicts TEXT NOT NULL,
  settings TEXT NOT NULL,
  finished TEXT,
  owner TEXT,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  stamp TEXT,
  bytes INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  key_owner TEXT, key TEXT, key_hash TEXT,
  fingerprint TEXT
) STRICT;
CREATE INDEX run_key ON run (key_owner, key) WHERE key IS NOT NULL;
CREATE INDEX run_fingerprint ON run (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX run_unfinished ON run (n) WHERE finished IS NULL;
CREATE INDEX run_bytes ON run (bytes);
CREATE TABLE detail (n INTEGER PRIMARY KEY, summary TEXT NOT NULL, images TEXT) STRICT;
CREATE TABLE cell (
  ruby TEXT NOT NULL,
  verdict TEXT NOT NULL,
  settings TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (ruby, verdict, settings, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX cell_run ON cell (run);
CREATE VIRTUAL TABLE words USING fts5(
  title, script, content='', contentless_delete=1, tokenize='trigram'
);
`;
