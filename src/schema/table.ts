import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import type { Check } from './check.ts';
import { checkName, checkOptions } from './check-options.ts';
import { bareColumn, type Column, type ColumnElement, type ColumnReference } from './column.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import { type ForeignKey, foreignKey } from './foreign-key.ts';
import { type PrimaryKey, primaryKey } from './primary-key.ts';
import { type Index, index } from './table-index.ts';
import { type Unique, unique } from './unique.ts';

/** A constraint that a dialect or a user's own kind brings, such as PostgreSQL's EXCLUDE. */
export interface OtherConstraint {
  readonly kind: 'exclude';
  readonly name: string | null;
  readonly finalName?: true;
  readonly options: DialectOptions;
  readonly definition: { readonly [key: string]: unknown };
}

export type Constraint = PrimaryKey | ForeignKey | Unique | Check | OtherConstraint;

export interface Table {
  readonly kind: 'table';
  readonly name: string;
  readonly schema: string | null;
  readonly columns: readonly Column[];
  /** the primary key first, then in the order given */
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly comment: string | null;
  readonly options: DialectOptions;
}

export type TableElement = Column | ColumnElement | Constraint | Index;

export interface TableOptions extends DialectOptionsInput {
  readonly schema?: string | null;
  readonly comment?: string | null;
}

export const tableOptionNames: readonly string[] = ['schema', 'comment', ...dialectNames];

/**
 * A table. What its columns say about it (`primaryKey`, `unique`, `index`, `references`) becomes constraints and indexes here, unnamed; the naming
 * convention of the `MetaData` names them.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT` (a column named twice, a constraint over a column that isn't there), `UNKNOWN_OPTION`.
 */
export function table(name: string, elements: readonly TableElement[], options: TableOptions = {}): Table {
  checkName('The name of a table', name);
  const where = `Table '${name}'`;
  checkOptions(where, options, tableOptionNames);
  if (!Array.isArray(elements))
    throw new ArgumentError('BAD_ARGUMENT', `${where} takes an array of columns, constraints and indexes.`);
  const columns: Column[] = [];
  const constraints: Constraint[] = [];
  const indexes: Index[] = [];
  const keyColumns: string[] = [];
  const nullableByWish = new Set<string>();
  for (const element of elements) {
    if (element?.kind === 'column') {
      if (columns.some((other) => other.name === element.name)) {
        throw new ArgumentError('BAD_ARGUMENT', `${where} has two columns named '${element.name}'.`);
      }
      const expanded = expandColumn(element);
      if (expanded.primaryKey) keyColumns.push(element.name);
      if ('shorthand' in element && element.shorthand.nullable === true) nullableByWish.add(element.name);
      columns.push(expanded.column);
      constraints.push(...expanded.constraints);
      indexes.push(...expanded.indexes);
    } else if (element?.kind === 'index') indexes.push(element);
    else if (isConstraint(element)) constraints.push(element);
    else
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${where}: ${JSON.stringify(element)} is neither a column nor a constraint nor an index.`,
      );
  }
  const made = withKey(where, columns, constraints, keyColumns, nullableByWish);
  // what a partition or heir doesn't say of its columns, the table above does
  const { partitionOf, inherits } = options.postgresql ?? {};
  if (partitionOf === undefined && inherits === undefined)
    checkColumns(where, made.columns, made.constraints, indexes);
  return deepFreeze({
    kind: 'table',
    name,
    schema: options.schema ?? null,
    columns: made.columns,
    constraints: made.constraints,
    indexes,
    comment: options.comment ?? null,
    options: pickDialectOptions(options),
  });
}

/** A column and what its shorthand means for the table; for `table` and `op.addColumn`. */
export function expandColumn(element: Column | ColumnElement): {
  column: Column;
  primaryKey: boolean;
  constraints: Constraint[];
  indexes: Index[];
} {
  const constraints: Constraint[] = [];
  const indexes: Index[] = [];
  const shorthand = 'shorthand' in element ? element.shorthand : null;
  if (shorthand?.references) constraints.push(columnForeignKey(element.name, shorthand.references));
  // SQLAlchemy's rule: index and unique together are one unique index
  if (shorthand?.index) indexes.push(index(null, [element.name], { unique: shorthand.unique }));
  else if (shorthand?.unique) constraints.push(unique([element.name]));
  return { column: bareColumn(element), primaryKey: shorthand?.primaryKey ?? false, constraints, indexes };
}

export function primaryKeyOf(owner: Pick<Table, 'constraints'>): PrimaryKey | null {
  return owner.constraints.find((constraint) => constraint.kind === 'primaryKey') ?? null;
}

export function foreignKeysOf(owner: Pick<Table, 'constraints'>): readonly ForeignKey[] {
  return owner.constraints.filter((constraint) => constraint.kind === 'foreignKey');
}

export function columnOf(owner: Pick<Table, 'columns'>, name: string): Column | undefined {
  return owner.columns.find((column) => column.name === name);
}

/** Whether the database counts the column up by itself: SQLAlchemy's rule for `autoincrement: 'auto'`. */
export function autoincrements(owner: Pick<Table, 'columns' | 'constraints'>, column: Column): boolean {
  if (column.autoincrement !== 'auto') return column.autoincrement;
  const key = primaryKeyOf(owner);
  if (key === null || key.columns.length !== 1 || key.columns[0] !== column.name) return false;
  if (column.serverDefault !== null || column.computed !== null || column.identity !== null) return false;
  if (!['integer', 'smallInteger', 'bigInteger', 'tinyint', 'mediumint', 'bigint'].includes(column.type.name))
    return false;
  return !foreignKeysOf(owner).some((key) => key.columns.includes(column.name));
}

/** The column as a person would write it: `autoincrement` unsaid where that means the same. */
export function withAutoincrementUnsaid(
  owner: Pick<Table, 'columns' | 'constraints'>,
  column: Column,
): Column {
  const unsaid: Column = { ...column, autoincrement: 'auto' };
  return autoincrements(owner, unsaid) === column.autoincrement ? unsaid : column;
}

const constraintKinds = ['primaryKey', 'foreignKey', 'unique', 'check', 'exclude'];

function isConstraint(element: unknown): element is Constraint {
  return (
    typeof element === 'object' && element !== null && constraintKinds.includes((element as Constraint).kind)
  );
}

function columnForeignKey(column: string, reference: ColumnReference): ForeignKey {
  const { column: target, table: referent, ...options } = reference;
  if (referent !== undefined)
    return foreignKey([column], referent, [target], { referredSchema: null, ...options });
  const dot = target.lastIndexOf('.');
  return foreignKey([column], target.slice(0, dot), [target.slice(dot + 1)], options);
}

/** Joins what columns and an explicit `primaryKey` say; the key's columns can't be null unless they say so (SQLite allows it). */
function withKey(
  where: string,
  columns: readonly Column[],
  constraints: readonly Constraint[],
  flagged: readonly string[],
  nullableByWish: ReadonlySet<string>,
): Pick<Table, 'columns' | 'constraints'> {
  const explicit = constraints.filter((constraint) => constraint.kind === 'primaryKey');
  if (explicit.length > 1) throw new ArgumentError('BAD_ARGUMENT', `${where} has two primary keys.`);
  const given = explicit[0];
  const extra = given === undefined ? undefined : flagged.find((name) => !given.columns.includes(name));
  if (extra !== undefined) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where}: column '${extra}' says primaryKey, and the table's primaryKey doesn't name it.`,
    );
  }
  const key = given ?? (flagged.length > 0 ? primaryKey(flagged) : undefined);
  if (key === undefined) return { columns, constraints };
  return {
    columns: columns.map((column) =>
      key.columns.includes(column.name) && !nullableByWish.has(column.name)
        ? bareColumn({ ...column, nullable: false })
        : column,
    ),
    constraints: [key, ...constraints.filter((constraint) => constraint !== given)],
  };
}

function checkColumns(
  where: string,
  columns: readonly Column[],
  constraints: readonly Constraint[],
  indexes: readonly Index[],
): void {
  const known = new Set(columns.map((column) => column.name));
  const refuse = (what: string, column: string): never => {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where}: ${what} names the column '${column}', which the table doesn't have.`,
    );
  };
  for (const constraint of constraints) {
    if (!('columns' in constraint)) continue;
    for (const column of constraint.columns) if (!known.has(column)) refuse(`its ${constraint.kind}`, column);
  }
  for (const { name, elements } of indexes) {
    for (const { column } of elements)
      if (column !== null && !known.has(column)) refuse(`the index ${name ?? ''}`, column);
  }
}
