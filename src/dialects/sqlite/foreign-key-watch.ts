import { DatabaseError } from '../../errors.ts';
import type { QualifiedName } from '../../schema/names.ts';
import type { StatementWatch } from './driver/sqlite-connection.ts';
import type { SqliteDatabase } from './driver/sqlite-database.ts';
import { leadingWords, type ScriptStatement } from './driver/statements.ts';
import { type Token, tokenValue } from './inspect/tokens.ts';

/** A row whose foreign key leads nowhere, as `PRAGMA foreign_key_check` tells it. */
export interface Violation {
  /** `main`, or the name under which the database is attached */
  readonly schema: string;
  readonly table: string;
  /** null where the table has none */
  readonly rowid: number | bigint | null;
  readonly parent: string;
}

/**
 * Tells the violations of foreign keys that came while foreign keys were off. What was broken before isn't counted; it is only looked for just before
 * the first statement that may change rows, so that a migration without such a statement costs nothing.
 */
export class ForeignKeyWatch implements StatementWatch {
  readonly #database: SqliteDatabase;
  /** rows of this table are our own, and don't count as changes */
  readonly #versionTable: string;
  #before: Violation[] | null = null;

  constructor(database: SqliteDatabase, versionTable: QualifiedName) {
    this.#database = database;
    this.#versionTable = versionTable.name.toLowerCase();
  }

  before(statement: ScriptStatement): void {
    if (this.#before === null) {
      if (this.#mayChangeRows(statement)) this.beforeUnseen();
    } else this.#follow(statement);
  }

  beforeUnseen(): void {
    this.#before ??= violations(this.#database);
  }

  /** @throws DatabaseError `FOREIGN_KEY_VIOLATION`, telling the first of the rows. */
  check(display: string): void {
    if (this.#before === null) return;
    const known = new Map<string, number>();
    for (const violation of this.#before) known.set(keyOf(violation), (known.get(keyOf(violation)) ?? 0) + 1);
    const fresh = violations(this.#database).filter((violation) => {
      const key = keyOf(violation);
      const count = known.get(key) ?? 0;
      known.set(key, count - 1);
      return count <= 0;
    });
    if (fresh.length > 0) throw violationError(fresh, display);
  }

  #mayChangeRows({ script, tokens }: ScriptStatement): boolean {
    const [first, second] = leadingWords(tokens);
    if (harmless.has(first)) return false;
    if (first === 'PRAGMA') return false;
    if (first === 'DROP') return second === 'TABLE';
    const table = changedTable(tokens, script);
    return table === null || table.toLowerCase() !== this.#versionTable;
  }

  /** What was broken before is known by its table's new name, too. */
  #follow({ script, tokens }: ScriptStatement): void {
    const [first, second] = leadingWords(tokens);
    if (first !== 'ALTER' || second !== 'TABLE') return;
    const rename = tokens.findIndex((token) => token.kind === 'word' && token.text === 'RENAME');
    const [to, target] = [tokens[rename + 1], tokens[rename + 2]];
    const source = tokens[rename - 1];
    if (rename < 0 || to?.text !== 'TO' || to.kind !== 'word' || target === undefined || source === undefined)
      return;
    const [from, name] = [tokenValue(source, script).toLowerCase(), tokenValue(target, script)];
    const renamed = (table: string): string => (table.toLowerCase() === from ? name : table);
    this.#before = (this.#before ?? []).map((each) => ({
      ...each,
      table: renamed(each.table),
      parent: renamed(each.parent),
    }));
  }
}

/** Statements that begin so leave rows as they are; `DROP TABLE` and what we don't know don't. */
const harmless = new Set([
  '',
  'SELECT',
  'VALUES',
  'CREATE',
  'ALTER',
  'SAVEPOINT',
  'RELEASE',
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'ANALYZE',
  'REINDEX',
  'ATTACH',
  'DETACH',
  'EXPLAIN',
]);

/** The table of an INSERT, UPDATE or DELETE, without its schema; null for other statements. */
function changedTable(tokens: readonly Token[], script: string): string | null {
  let at = 0;
  const word = (): string => (tokens[at]?.kind === 'word' ? (tokens[at]?.text ?? '') : '');
  const verb = word();
  if (!['INSERT', 'REPLACE', 'UPDATE', 'DELETE'].includes(verb)) return null;
  at++;
  if (word() === 'OR') at += 2;
  if (word() === 'INTO' || word() === 'FROM') at++;
  if (tokens[at + 1]?.text === '.') at += 2;
  const token = tokens[at];
  return token === undefined ? null : tokenValue(token, script);
}

function violations(database: SqliteDatabase): Violation[] {
  const all = (sql: string): Record<string, unknown>[] => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all() as Record<string, unknown>[];
  };
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  return all('PRAGMA database_list').flatMap(({ name }) => {
    const schema = String(name);
    const told = (row: Record<string, unknown>): Violation => ({
      schema,
      table: String(row.table),
      rowid: row.rowid as number | bigint | null,
      parent: String(row.parent),
    });
    try {
      return all(`PRAGMA ${quote(schema)}.foreign_key_check`).map(told);
    } catch {
      // One foreign key to columns without a unique index, and SQLite refuses the whole question: then a table at a time, without those.
      const tables = all(
        `SELECT name FROM ${quote(schema)}.sqlite_schema WHERE type = 'table' AND sql LIKE '%REFERENCES%'`,
      );
      return tables.flatMap((row) => {
        try {
          return all(`PRAGMA ${quote(schema)}.foreign_key_check(${quote(String(row.name))})`).map(told);
        } catch {
          return [];
        }
      });
    }
  });
}

function keyOf({ schema, table, rowid, parent }: Violation): string {
  return JSON.stringify([
    schema,
    table.toLowerCase(),
    rowid === null ? null : String(rowid),
    parent.toLowerCase(),
  ]);
}

const most = 10;

function violationError(fresh: readonly Violation[], display: string): DatabaseError {
  const groups = Map.groupBy(fresh, ({ table, parent }) => JSON.stringify([table, parent]));
  const told = [...groups.values()].map((group) => {
    const { table, parent } = group[0] as Violation;
    const rowids = group.map(({ rowid }) => rowid).filter((rowid) => rowid !== null);
    const named =
      rowids.length === 0
        ? ''
        : ` (rowid ${rowids.slice(0, most).join(', ')}${rowids.length > most ? ', …' : ''})`;
    const rows = group.length === 1 ? '1 row' : `${group.length} rows`;
    return `${rows} of table '${table}'${named} would refer to rows of '${parent}' that don't exist`;
  });
  const listed = fresh
    .slice(0, 100)
    .map((each) => ({ ...each, rowid: each.rowid === null ? null : String(each.rowid) }));
  return new DatabaseError(
    'FOREIGN_KEY_VIOLATION',
    `${told.join('; ')}. Nothing was committed in ${display}. Foreign keys are not enforced while a migration runs, nor do their ON DELETE actions: delete or mend those rows in the migration.`,
    { details: { database: display, count: fresh.length, violations: listed } },
  );
}
