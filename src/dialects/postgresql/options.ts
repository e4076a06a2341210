import { ArgumentError } from '../../errors.ts';
import { checkOptions } from '../../schema/check-options.ts';
import type { DialectOptions, OptionValue } from '../../schema/dialect-options.ts';
import { isSql } from '../../schema/sql.ts';
import type { IndexElement } from '../../schema/table-index.ts';

/*
 * What stands under `postgresql` in the options of tables, indexes and constraints: the one agreement between the reader (inspect/), the canonical form of
 * models (canonicalize/) and the writer. As data, options hold only what isn't the default, so that equal options are equal data.
 */

type Options = { readonly [option: string]: OptionValue };
/** Storage parameters: `{ fillfactor: 70 }`; the server keeps each as text. */
export type StorageParameters = { readonly [name: string]: string };

/** `options.postgresql` of a table. */
export interface TableOptions {
  readonly unlogged?: boolean;
  /** `RANGE (created_at)` */
  readonly partitionBy?: string;
  /** what a partition is one of, as SQL: `"app"."events"`; then `partitionBound` is `FOR VALUES …` or `DEFAULT` */
  readonly partitionOf?: string;
  readonly partitionBound?: string;
  /** parents, each as SQL */
  readonly inherits?: readonly string[];
  /** access method, where it isn't `heap` */
  readonly using?: string;
  readonly with?: StorageParameters;
  readonly tablespace?: string;
}

/** `options.postgresql` of a column. What a model doesn't say of them stays as it is in the database. */
export interface ColumnOptions {
  /** it comes with `inherits` of its table and isn't said there again; nothing can change that */
  readonly inherited?: boolean;
  /** `plain`, `external`, `extended`, `main`; `default`: the type's own */
  readonly storage?: string;
  /** `pglz`, `lz4`; `default`: the server's setting */
  readonly compression?: string;
  /** how much ANALYZE looks at, 0 to 10000; -1: the server's setting */
  readonly statistics?: number;
  /** `{ n_distinct: -0.02 }` */
  readonly with?: StorageParameters;
  /** the name of an identity's sequence, where it isn't `<table>_<column>_seq` */
  readonly identitySequence?: string;
}

/** `options.postgresql` of an index. */
export interface IndexOptions {
  /** the method, where it isn't `btree` */
  readonly using?: string;
  /** columns that are only stored */
  readonly include?: readonly string[];
  readonly nullsNotDistinct?: boolean;
  readonly with?: StorageParameters;
  readonly tablespace?: string;
  /** how to build or drop it: outside a transaction, without holding up writers; no part of what it is */
  readonly concurrently?: boolean;
  /** operator classes by column; as data they are the elements' own */
  readonly ops?: { readonly [column: string]: string };
  /** as reflected: a part of an index of the partitioned table above */
  readonly inherited?: boolean;
}

/** The operator class of an element: its own, or what `ops` says for its column. */
export function operatorClassOf(
  { operatorClass, column }: Pick<IndexElement, 'operatorClass' | 'column'>,
  ops: IndexOptions['ops'] = {},
): string | null {
  if (operatorClass !== null || column === null) return operatorClass;
  // a column may be called `constructor`
  return Object.hasOwn(ops, column) ? (ops[column] ?? null) : null;
}

/** `options.postgresql` of any constraint; which of them mean something depends on its kind. */
export interface ConstraintOptions {
  /** primary and unique keys, EXCLUDE; as `with` and `tablespace` */
  readonly include?: readonly string[];
  readonly nullsNotDistinct?: boolean;
  readonly with?: StorageParameters;
  readonly tablespace?: string;
  /** checks */
  readonly noInherit?: boolean;
  /** checks and foreign keys: rows that were there before weren't looked at */
  readonly notValid?: boolean;
  /** checks and foreign keys, from PostgreSQL 18: only documentation */
  readonly notEnforced?: boolean;
  /** as reflected: it comes from the table above */
  readonly inherited?: boolean;
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function tableOptions(where: string, options: DialectOptions): TableOptions {
  const given = pick(where, options, [
    'unlogged',
    'partitionBy',
    'partitionOf',
    'partitionBound',
    'inherits',
    'using',
    'with',
    'tablespace',
  ]);
  return said({
    unlogged: flag(where, given, 'unlogged'),
    partitionBy: text(where, given, 'partitionBy'),
    partitionOf: text(where, given, 'partitionOf'),
    partitionBound: text(where, given, 'partitionBound'),
    inherits: strings(where, given, 'inherits'),
    using: text(where, given, 'using'),
    with: storage(where, given),
    tablespace: text(where, given, 'tablespace'),
  });
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function columnOptions(where: string, options: DialectOptions): ColumnOptions {
  const given = pick(where, options, [
    'inherited',
    'storage',
    'compression',
    'statistics',
    'with',
    'identitySequence',
  ]);
  return said({
    inherited: flag(where, given, 'inherited'),
    storage: text(where, given, 'storage')?.toLowerCase(),
    compression: text(where, given, 'compression')?.toLowerCase(),
    statistics: whole(where, given, 'statistics'),
    with: storage(where, given),
    identitySequence: text(where, given, 'identitySequence'),
  });
}

/** Whether a column's option asks for what a column has without it. */
export function isUsual(option: string, value: unknown): boolean {
  return value === (option === 'statistics' ? -1 : 'default');
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function indexOptions(where: string, options: DialectOptions): IndexOptions {
  const given = pick(where, options, [
    'using',
    'include',
    'nullsNotDistinct',
    'with',
    'tablespace',
    'concurrently',
    'ops',
    'inherited',
  ]);
  const using = text(where, given, 'using')?.toLowerCase();
  return said({
    using: using === 'btree' ? undefined : using,
    include: strings(where, given, 'include'),
    nullsNotDistinct: flag(where, given, 'nullsNotDistinct'),
    with: storage(where, given),
    tablespace: text(where, given, 'tablespace'),
    concurrently: flag(where, given, 'concurrently'),
    ops: texts(where, given, 'ops'),
    inherited: flag(where, given, 'inherited'),
  });
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function constraintOptions(where: string, options: DialectOptions): ConstraintOptions {
  const given = pick(where, options, [
    'include',
    'nullsNotDistinct',
    'with',
    'tablespace',
    'noInherit',
    'notValid',
    'notEnforced',
    'inherited',
  ]);
  return said({
    include: strings(where, given, 'include'),
    nullsNotDistinct: flag(where, given, 'nullsNotDistinct'),
    with: storage(where, given),
    tablespace: text(where, given, 'tablespace'),
    noInherit: flag(where, given, 'noInherit'),
    notValid: flag(where, given, 'notValid'),
    notEnforced: flag(where, given, 'notEnforced'),
    inherited: flag(where, given, 'inherited'),
  });
}

/** `options.postgresql` of a view. `with` of a plain one: `security_barrier`, `security_invoker`, `check_option`. */
export interface ViewOptions {
  readonly with?: StorageParameters;
  /** access method, where it isn't `heap`; as `tablespace` and `withData` of a materialized view */
  readonly using?: string;
  readonly tablespace?: string;
  /** whether it is filled when it is made; no part of what it is */
  readonly withData?: boolean;
}

/** @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT`. */
export function viewOptions(where: string, materialized: boolean, options: DialectOptions): ViewOptions {
  const given = pick(where, options, materialized ? ['with', 'using', 'tablespace', 'withData'] : ['with']);
  return {
    ...said({
      with: storage(where, given),
      using: text(where, given, 'using'),
      tablespace: text(where, given, 'tablespace'),
    }),
    ...(given.withData === false && { withData: false }),
  };
}

/** Options as data of the model; `{}` where nothing is said. */
export function asData(
  options: TableOptions | ColumnOptions | IndexOptions | ConstraintOptions,
): DialectOptions {
  const kept = said(options as { [option: string]: OptionValue | undefined });
  return Object.keys(kept).length === 0 ? {} : { postgresql: kept as Options };
}

/** `tsvector_ops (siglen = '100')`: an operator class with its parameters, in the one spelling that is compared. */
export function operatorClassSql(name: string, parameters: StorageParameters): string {
  const list = Object.entries(parameters).map(([key, value]) => `${key} = '${value.replaceAll("'", "''")}'`);
  return list.length === 0 ? name : `${name} (${list.sort().join(', ')})`;
}

/** The same of what a model writes: `tsvector_ops(siglen=100)`. */
export function canonicalOperatorClass(written: string): string {
  const [, name = '', list = ''] = /^([^(]*?)\s*\((.*)\)\s*$/s.exec(written) ?? [];
  if (name === '') return written.trim();
  const found = list.matchAll(/([\w$]+)\s*=\s*(?:'((?:[^']|'')*)'|([^\s,']+))/g);
  return operatorClassSql(
    name.trim(),
    Object.fromEntries(
      [...found].map(([, key = '', quoted, plain = '']) => [
        key.toLowerCase(),
        quoted?.replaceAll("''", "'") ?? plain,
      ]),
    ),
  );
}

/** Parameters of a column without the number that Debian's server stamps each with. */
export function ownParameters(parameters: readonly string[]): readonly string[] {
  return parameters.filter((each) => !each.startsWith('pg_attver='));
}

/** The server's `{fillfactor=70}` as an object. */
export function readStorage(parameters: readonly string[] | null): StorageParameters | undefined {
  if (parameters === null) return undefined;
  return Object.fromEntries(
    parameters.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
}

function pick(where: string, options: DialectOptions, known: readonly string[]): Options {
  const given = options.postgresql ?? {};
  checkOptions(`${where}: postgresql`, given, known);
  return given;
}

/** Without what has its default: undefined, null, false, an empty list or object. */
function said<T extends { readonly [option: string]: unknown } | object>(
  options: T,
): Required<T> extends infer R ? Partial<{ [K in keyof R]: Exclude<R[K], undefined> }> : never {
  const kept = Object.entries(options).filter(
    ([, value]) =>
      value !== undefined &&
      value !== null &&
      value !== false &&
      !(typeof value === 'object' && Object.keys(value).length === 0),
  );
  return Object.fromEntries(kept) as never;
}

function flag(where: string, given: Options, option: string): boolean {
  const value = given[option] ?? false;
  return typeof value === 'boolean' ? value : refuse(where, option, 'true or false');
}

function text(where: string, given: Options, option: string): string | undefined {
  const value = given[option] ?? undefined;
  if (isSql(value)) return value.text;
  return value === undefined || typeof value === 'string' ? value : refuse(where, option, 'a string');
}

function whole(where: string, given: Options, option: string): number | undefined {
  const value = given[option] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  return refuse(where, option, 'a whole number');
}

function strings(where: string, given: Options, option: string): readonly string[] {
  const value = given[option] ?? [];
  const list = typeof value === 'string' ? [value] : value;
  const isList = Array.isArray(list) && list.every((each) => typeof each === 'string');
  return isList ? (list as readonly string[]) : refuse(where, option, 'an array of strings');
}

function texts(where: string, given: Options, option: string): { readonly [key: string]: string } {
  const value = given[option] ?? {};
  const isMap = typeof value === 'object' && Object.values(value).every((each) => typeof each === 'string');
  return isMap
    ? (value as { readonly [key: string]: string })
    : refuse(where, option, 'an object of strings');
}

function storage(where: string, given: Options): StorageParameters {
  const value = given.with ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) return refuse(where, 'with', 'an object');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]));
}

function refuse(where: string, option: string, wanted: string): never {
  throw new ArgumentError('BAD_ARGUMENT', `${where}: the option postgresql.${option} must be ${wanted}.`);
}
