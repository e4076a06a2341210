import { ArgumentError } from '../../errors.ts';
import { checkOptions } from '../../schema/check-options.ts';
import type { DialectOptions, OptionValue } from '../../schema/dialect-options.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

/*
 * How a table of SQLite is held in the model's data, where that isn't evident: the one agreement between the reader (inspect/), the canonical form of models
 * (canonicalize.ts) and the writer. Law: what the writer prints, the reader reads back as the same data.
 *
 * - A column's type is the declared text: a generic builder where that prints the same text, else `sqlType(text)`; `sqlType('')` for a column without a type.
 *   Case and white space of a type carry no meaning. Its collation is the column's `options.sqlite.collation`, never `type.collation` (which models may use, and
 *   which canonicalize moves).
 * - `autoincrement` of a column is `'auto'` and means nothing here; the keyword AUTOINCREMENT is `options.sqlite.autoincrement: true` of the key's one column.
 * - `nullable` is false for NOT NULL, and for what can't be null whatever is declared: the key's columns of INTEGER PRIMARY KEY, WITHOUT ROWID and STRICT tables.
 * - `serverDefault` is a literal where the text is one that prints again as the same text (`'x'` → a string, `5` and `-1.5` → numbers, TRUE and FALSE → booleans),
 *   else the expression without parentheses around it: `DEFAULT (5)` is `DEFAULT 5`. Without DEFAULT it is null; `DEFAULT NULL` is sql`NULL`.
 * - `computed.persisted` is true (STORED) or false (VIRTUAL). `identity` and comments are always null.
 * - A foreign key's `referredSchema` is its table's schema. `REFERENCES parent` without columns has the parent's key in `referredColumns` where that
 *   is known, else an empty array (printed without a list). `deferrable` is true or null, `initially` 'DEFERRED' or null, and INITIALLY DEFERRED implies DEFERRABLE.
 * - Unique and primary keys that SQLite indexes by itself have the names of their CONSTRAINT, or null; never sqlite_autoindex_….
 * - What a CHECK over an enum's values stands for is an ordinary check (impliedChecks in implied-checks.ts).
 */

/** What follows ON CONFLICT; ABORT, the default, is never held. */
export type Conflict = 'ROLLBACK' | 'FAIL' | 'IGNORE' | 'REPLACE';

export const conflicts: readonly Conflict[] = ['ROLLBACK', 'FAIL', 'IGNORE', 'REPLACE'];

/** `options.sqlite` of a table. */
export interface SqliteTableOptions {
  readonly strict: boolean;
  readonly withoutRowid: boolean;
  /** what its CREATE TABLE says and this model can't hold, for people: a rebuild must refuse the table (`CANNOT_REPRINT`) unless this is empty */
  readonly unprintable: readonly string[];
}

/** Names given by CONSTRAINT to clauses of a column that aren't constraints of the model. */
export interface ClauseNames {
  readonly notNull?: string;
  readonly default?: string;
  readonly collate?: string;
  readonly generated?: string;
}

/** `options.sqlite` of a column. */
export interface SqliteColumnOptions {
  /** AUTOINCREMENT; only in the key, which is this one column, of type INTEGER */
  readonly autoincrement: boolean;
  /** in upper case; BINARY, the default, is null */
  readonly collation: string | null;
  /** `NOT NULL ON CONFLICT …` */
  readonly onConflictNotNull: Conflict | null;
  readonly constraintNames: ClauseNames;
}

/** `options.sqlite` of a primary key and of a unique constraint. */
export interface SqliteKeyOptions {
  readonly onConflict: Conflict | null;
  /** the columns that are followed by DESC */
  readonly descending: readonly string[];
  /** column → collation in upper case, where the key's differs from the column's */
  readonly collations: { readonly [column: string]: string };
  /**
   * True for `x INTEGER PRIMARY KEY DESC` on the column itself, which by an old quirk isn't the row's number; printed as a constraint of the table it
   * would be. So the writer must print this key on its column.
   */
  readonly notRowid: boolean;
}

/** @throws ArgumentError `UNKNOWN_OPTION` for an option that nobody reads, `BAD_ARGUMENT` for an impossible value. */
export function sqliteTableOptions(where: string, options: DialectOptions): SqliteTableOptions {
  const given = pick(where, options, ['strict', 'withoutRowid', 'unprintable']);
  if (given === null) return plainTable;
  return {
    strict: flag(where, given, 'strict'),
    withoutRowid: flag(where, given, 'withoutRowid'),
    unprintable: strings(where, given, 'unprintable'),
  };
}

/** @throws ArgumentError as {@link sqliteTableOptions}. */
export function sqliteColumnOptions(where: string, options: DialectOptions): SqliteColumnOptions {
  const given = pick(where, options, ['autoincrement', 'collation', 'onConflictNotNull', 'constraintNames']);
  if (given === null) return plainColumn;
  return {
    autoincrement: flag(where, given, 'autoincrement'),
    collation: collationName(text(where, 'collation', given.collation ?? null)),
    onConflictNotNull: conflict(where, given.onConflictNotNull),
    constraintNames: texts(where, given, 'constraintNames'),
  };
}

/** @throws ArgumentError as {@link sqliteTableOptions}. */
export function sqliteKeyOptions(where: string, options: DialectOptions): SqliteKeyOptions {
  const given = pick(where, options, ['onConflict', 'descending', 'collations', 'notRowid']);
  if (given === null) return plainKey;
  const collations = Object.entries(texts(where, given, 'collations'));
  return {
    onConflict: conflict(where, given.onConflict),
    descending: strings(where, given, 'descending'),
    // a column may be named valueOf or __proto__
    collations: Object.assign(
      Object.create(null),
      Object.fromEntries(collations.map(([column, name]) => [column, name.toUpperCase()])),
    ),
    notRowid: flag(where, given, 'notRowid'),
  };
}

/** `options` as data: only what differs from the default, so that equal options are equal data. */
export function sqliteOptions(
  options: Partial<SqliteTableOptions & SqliteColumnOptions & SqliteKeyOptions>,
): DialectOptions {
  let said: Record<string, OptionValue> | null = null;
  for (const option in options) {
    const value = options[option as keyof typeof options] as OptionValue | undefined;
    if (value === undefined || isDefault(value)) continue;
    said ??= {};
    said[option] = value;
  }
  return said === null ? noOptions : { sqlite: said };
}

/** A collation as held: in upper case, since its case means nothing; null for BINARY, the default. */
export function collationName(name: string | null): string | null {
  const upper = name === null ? null : name.toUpperCase();
  return upper === 'BINARY' ? null : upper;
}

function isDefault(value: OptionValue): boolean {
  if (value === null || value === false) return true;
  if (typeof value !== 'object') return false;
  for (const _ in value) return false;
  return true;
}

type Given = { readonly [option: string]: OptionValue };

const none: Given = Object.freeze({});
// most objects have no options: thousands of tables share these
const noOptions: DialectOptions = Object.freeze({});
const plainTable: SqliteTableOptions = deepFreeze({ strict: false, withoutRowid: false, unprintable: [] });
const plainColumn: SqliteColumnOptions = deepFreeze({
  autoincrement: false,
  collation: null,
  onConflictNotNull: null,
  constraintNames: {},
});
const plainKey: SqliteKeyOptions = deepFreeze({
  onConflict: null,
  descending: [],
  collations: Object.create(null),
  notRowid: false,
});

function pick(where: string, options: DialectOptions, known: readonly string[]): Given | null {
  const given = options.sqlite;
  if (given === undefined) return null;
  checkOptions(`${where}: sqlite`, given, known);
  return given;
}

function flag(where: string, given: Given, option: string): boolean {
  const value = given[option] ?? false;
  return typeof value === 'boolean' ? value : refuse(where, option, 'true or false');
}

function text(where: string, option: string, value: OptionValue): string | null {
  return value === null || typeof value === 'string' ? value : refuse(where, option, 'a string');
}

function strings(where: string, given: Given, option: string): readonly string[] {
  const value = given[option] ?? [];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? (value as readonly string[]) : refuse(where, option, 'an array of strings');
}

function texts(where: string, given: Given, option: string): { readonly [key: string]: string } {
  const value = given[option] ?? none;
  const isMap = typeof value === 'object' && Object.values(value).every((item) => typeof item === 'string');
  return isMap
    ? (value as { readonly [key: string]: string })
    : refuse(where, option, 'an object of strings');
}

function conflict(where: string, value: OptionValue | undefined): Conflict | null {
  const name = value === undefined || value === null ? 'ABORT' : String(value).toUpperCase();
  if (name === 'ABORT') return null;
  if (conflicts.includes(name as Conflict)) return name as Conflict;
  return refuse(where, 'onConflict', 'one of ROLLBACK, ABORT, FAIL, IGNORE, REPLACE');
}

function refuse(where: string, option: string, wanted: string): never {
  throw new ArgumentError('BAD_ARGUMENT', `${where}: the option sqlite.${option} must be ${wanted}.`);
}
