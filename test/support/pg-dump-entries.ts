import { spawnSync } from 'node:child_process';

/** One object as `pg_dump` prints it: its comment line taken apart, and its statements. */
export interface DumpEntry {
  /** in pg_dump's words: `TABLE`, `INDEX`, `FK CONSTRAINT`, `COMMENT`, `DEFAULT`, … */
  readonly type: string;
  /** `-` where it stands in none */
  readonly schema: string;
  /** as printed: of what hangs on a table, `<table> <name>`; of a comment, `COLUMN <table>.<column>` and the like */
  readonly name: string;
  readonly sql: string;
}

/**
 * What the machine's `pg_dump --schema-only` prints of a database, object by object; undefined where there is none, or where it is older than the server.
 * Owners and privileges aren't asked for.
 */
export function dumpEntries(url: string): readonly DumpEntry[] | undefined {
  const words = ['--schema-only', '--no-owner', '--no-privileges', '--no-publications', '--no-subscriptions'];
  const result = spawnSync('pg_dump', [...words, '--no-security-labels', url], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.error !== undefined || /server version mismatch/.test(result.stderr)) return undefined;
  if (result.status !== 0) throw new Error(`pg_dump failed: ${result.stderr}`);
  return parseDump(result.stdout);
}

/** Takes the text of a dump apart at the comments that head its objects. */
export function parseDump(text: string): readonly DumpEntry[] {
  const heading = /^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*\n--\n/gm;
  const heads = [...text.matchAll(heading)];
  return heads.map(([whole, name = '', type = '', schema = ''], i): DumpEntry => {
    const start = (heads[i]?.index ?? 0) + whole.length;
    const end = heads[i + 1]?.index ?? text.length;
    return { type, schema, name, sql: statements(text.slice(start, end)) };
  });
}

/**
 * Without what says nothing of the object: settings of the session, the dump's last line, empty lines around. Nor is it part of a schema by which index a
 * table was sorted on disk, what replication tells its rows apart by, whether its owner is bound by policies, or how much ANALYZE looks at of an index.
 */
function statements(text: string): string {
  return text
    .replaceAll(/^SET default_(?:tablespace|table_access_method) = .*;$/gm, '')
    .replace(/^--\n-- PostgreSQL database dump complete\n--[\s\S]*/m, '')
    .replaceAll(/^ALTER TABLE (?:ONLY )?\S.* (?:CLUSTER ON|REPLICA IDENTITY) .*;$/gm, '')
    .replaceAll(/^ALTER TABLE (?:ONLY )?\S.* FORCE ROW LEVEL SECURITY;$/gm, '')
    .replaceAll(/^ALTER MATERIALIZED VIEW \S.* CLUSTER ON .*;$/gm, '')
    .replaceAll(/^ALTER INDEX \S.* ALTER COLUMN \d+ SET STATISTICS \d+;$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();
}
