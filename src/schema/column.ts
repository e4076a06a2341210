import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import type { Computed } from './computed.ts';
import { checkDefault, type ServerDefault } from './default.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import type { ForeignKeyOptions } from './foreign-key.ts';
import { foreignKeyOptionNames } from './foreign-key.ts';
import type { Identity } from './identity.ts';
import type { NameInput } from './names.ts';
import type { ColumnType } from './types/column-type.ts';
import { isColumnType } from './types/generic.ts';

/** A column as data. What belongs to the table (keys, constraints, indexes) is in the table. */
export interface Column {
  readonly kind: 'column';
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** `auto`: an integer that is the only column of the primary key and no foreign key counts up by itself */
  readonly autoincrement: boolean | 'auto';
  readonly serverDefault: ServerDefault | null;
  readonly computed: Computed | null;
  readonly identity: Identity | null;
  readonly comment: string | null;
  readonly options: DialectOptions;
}

/** What a column says about its table: the builder `table` and `op.addColumn` turn it into constraints and indexes. */
export interface ColumnShorthand {
  /** what was said of NULL, if anything: a key's column may be null only where that is said */
  readonly nullable: boolean | null;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly references: ColumnReference | null;
}

/** What `column()` makes: the column, and its shorthand for the table. */
export interface ColumnElement extends Column {
  readonly shorthand: ColumnShorthand;
}

/** `references: 'orgs.id'`, or with every option of a foreign key. `column` is `'table.column'` or `'schema.table.column'`. */
export interface ColumnReference extends ForeignKeyOptions {
  readonly column: string;
  /** with it, `column` is the bare column and `table` its table, in `referredSchema`: for names that hold dots */
  readonly table?: string;
  readonly name?: NameInput;
}

export interface ColumnOptions extends DialectOptionsInput {
  /** default `true`; `false` for a primary key, a generated identity */
  readonly nullable?: boolean;
  readonly primaryKey?: boolean;
  readonly autoincrement?: boolean | 'auto';
  readonly serverDefault?: ServerDefault | null;
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly references?: string | ColumnReference;
  readonly comment?: string | null;
  readonly computed?: Computed;
  readonly identity?: Identity;
}

/** The options of {@link column}, in the order in which generated source writes them. */
export const columnOptionNames: readonly string[] = [
  'primaryKey',
  'nullable',
  'autoincrement',
  'serverDefault',
  'computed',
  'identity',
  'unique',
  'index',
  'references',
  'comment',
  ...dialectNames,
];

/**
 * A column of a table.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_TYPE`, `BAD_DEFAULT`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function column(name: string, type: ColumnType, options: ColumnOptions = {}): ColumnElement {
  checkName('The name of a column', name);
  const where = `Column '${name}'`;
  if (!isColumnType(type)) {
    throw new ArgumentError(
      'BAD_TYPE',
      `${where}: the second argument must be a type, such as integer() or string(80).`,
    );
  }
  checkOptions(where, options, columnOptionNames);
  const { serverDefault = null, computed = null, identity = null, primaryKey = false } = options;
  if (computed !== null && serverDefault !== null) {
    throw new ArgumentError('BAD_ARGUMENT', `${where} can't be computed and have a serverDefault.`);
  }
  if (identity !== null && (serverDefault !== null || computed !== null)) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where} can't be an identity and have a serverDefault or be computed.`,
    );
  }
  return deepFreeze({
    kind: 'column',
    name,
    type,
    nullable: options.nullable ?? !(primaryKey || identity !== null),
    autoincrement: options.autoincrement ?? 'auto',
    serverDefault: serverDefault === null ? null : checkDefault(where, serverDefault),
    computed,
    identity,
    comment: options.comment ?? null,
    options: pickDialectOptions(options),
    shorthand: {
      nullable: options.nullable ?? null,
      primaryKey,
      unique: options.unique ?? false,
      index: options.index ?? false,
      references: reference(where, options.references),
    },
  });
}

/** The column without its shorthand: what a table holds. */
export function bareColumn(element: Column | ColumnElement): Column {
  const { shorthand: _, ...bare } = element as ColumnElement;
  return deepFreeze(bare);
}

function reference(where: string, input: string | ColumnReference | undefined): ColumnReference | null {
  if (input === undefined) return null;
  const given = typeof input === 'string' ? { column: input } : input;
  checkOptions(`${where}: references`, given, ['column', 'table', 'name', ...foreignKeyOptionNames]);
  checkName(`${where}: references.column`, given.column);
  if (given.table === undefined && !given.column.includes('.')) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where}: references must be 'table.column', not '${given.column}'.`,
    );
  }
  return { ...given };
}
