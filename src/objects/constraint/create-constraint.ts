import { tableArgument } from '../../operations/arguments.ts';
import { changeTable, withNew } from '../../operations/model-tables.ts';
import { type TableOperation, type Touches, tableOf } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { Constraint, Table } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import type { DropConstraint } from './shapes.ts';
import { constraintTouches } from './touches.ts';

/** The shape of every operation that adds a constraint to a table that is there. */
export interface CreateConstraint<Kind extends string, C extends Constraint> extends TableOperation {
  readonly kind: Kind;
  readonly constraint: C;
}

/** The facets that are the same for each kind of constraint. */
export interface ConstraintFacets<Kind extends string, C extends Constraint> {
  reverse(op: CreateConstraint<Kind, C>): DropConstraint;
  apply(op: CreateConstraint<Kind, C>, schema: SchemaModel): void;
  sql(op: CreateConstraint<Kind, C>, dialect: SqlDialect): readonly StatementParts[];
  readonly destroys: null;
  touches(op: CreateConstraint<Kind, C>): Touches;
}

export function constraintFacets<Kind extends string, C extends Constraint>(): ConstraintFacets<Kind, C> {
  return {
    reverse: ({ table, schema, constraint }) =>
      deepFreeze({
        kind: 'dropConstraint',
        table,
        schema,
        name: constraint.name,
        type: constraint.kind,
        ifExists: false,
        was: constraint,
      }),
    apply: (op, schema) => changeTable(schema, tableOf(op), (table) => withConstraint(table, op.constraint)),
    sql: (op, { writer }) => [
      { sql: `ALTER TABLE ${writer.name(tableOf(op))} ADD ${writer.constraint(op.constraint, tableOf(op))}` },
    ],
    destroys: null,
    touches: (op) => constraintTouches(tableOf(op), op.constraint),
  };
}

/** The frozen operation. */
export function createConstraint<Kind extends string, C extends Constraint>(
  kind: Kind,
  table: string,
  schema: string | null | undefined,
  constraint: C,
): CreateConstraint<Kind, C> {
  return deepFreeze({ kind, ...tableArgument(kind, table, { schema: schema ?? null }), constraint });
}

/** A constraint added to a table's data: the primary key goes first and makes its columns NOT NULL. */
export function withConstraint(table: Table, constraint: Constraint): Table {
  const same = (other: Constraint): boolean =>
    (constraint.name !== null && other.name === constraint.name) ||
    (constraint.kind === 'primaryKey' && other.kind === 'primaryKey');
  const all = withNew(
    table.constraints,
    constraint,
    same,
    `the constraint '${constraint.name ?? constraint.kind}'`,
    table,
  );
  if (constraint.kind !== 'primaryKey') return { ...table, constraints: all };
  const columns = table.columns.map((column) =>
    constraint.columns.includes(column.name) ? { ...column, nullable: false } : column,
  );
  return { ...table, columns, constraints: [constraint, ...table.constraints] };
}
