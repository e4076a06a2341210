import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  inTable,
  irreversible,
  optionArguments,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { type Operation, tableOf } from '../../operations/operation.ts';
import { findConstraint } from '../../schema/find-constraint.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Constraint } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { creators } from './creators.ts';
import type { DropConstraint } from './shapes.ts';
import { constraintTouches } from './touches.ts';

export type { DropConstraint } from './shapes.ts';

/** Alembic's words for the types, and ours. */
export type ConstraintType = Constraint['kind'] | 'foreignkey' | 'primary';

export interface DropConstraintOptions extends SchemaOption {
  /** needed on MySQL, and for a constraint without a name */
  readonly type?: ConstraintType | null;
  readonly ifExists?: boolean;
  /** the constraint as it is: finds one that has no name, and makes the drop reversible */
  readonly was?: Constraint | null;
}

const aliases: { readonly [word: string]: Constraint['kind'] } = {
  foreignkey: 'foreignKey',
  primary: 'primaryKey',
  primaryKey: 'primaryKey',
  foreignKey: 'foreignKey',
  unique: 'unique',
  check: 'check',
  exclude: 'exclude',
};

/** `op.dropConstraint('uq_users_email', 'users', { type: 'unique' })` */
export const dropConstraint: OperationDefinition<
  DropConstraint,
  [name: string | null, table: string, options?: DropConstraintOptions],
  [name: string | null, options?: Omit<DropConstraintOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'dropConstraint',
  create: make,
  batch: (table: QualifiedName, name: string | null, options: Omit<DropConstraintOptions, 'schema'> = {}) =>
    make(name, table.name, inTable(table, options)),
  call: (op) => [op.name, op.table, ...optionArguments({ schema: op.schema, ...said(op) })],
  batchCall: (op) => [op.name, ...optionArguments(said(op))],
  reverse: (op): Operation => {
    const { table, schema, was } = op;
    if (was === null) {
      throw irreversible(
        'dropConstraint',
        `constraint '${op.name}' of table '${displayName(tableOf(op))}'`,
        'write the downgrade by hand.',
      );
    }
    return deepFreeze({ kind: creators[was.kind], table, schema, constraint: was });
  },
  apply: (op, schema) =>
    changeTable(schema, tableOf(op), (table) => {
      const found = findConstraint(table, op);
      if (found === undefined) {
        if (op.ifExists) return table;
        throw new ArgumentError(
          'NOT_IN_MODEL',
          `Table '${displayName(table)}' has no constraint '${op.name ?? op.type}'.`,
        );
      }
      return { ...table, constraints: table.constraints.filter((each) => each !== found) };
    }),
  sql: (op, { writer }) => {
    if (op.name === null) {
      throw new ArgumentError(
        'BAD_NAME',
        `The ${op.type ?? 'constraint'} of table '${displayName(tableOf(op))}' can't be dropped without its name.`,
      );
    }
    return [
      {
        sql: `ALTER TABLE ${writer.name(tableOf(op))} DROP CONSTRAINT ${op.ifExists ? 'IF EXISTS ' : ''}${writer.quote(op.name)}`,
      },
    ];
  },
  destroys: null,
  touches: (op) => {
    if (op.was === null) return { requires: [] };
    const { requires, provides } = constraintTouches(tableOf(op), op.was);
    return { removes: provides, releases: requires };
  },
});

function make(name: string | null, table: string, options: DropConstraintOptions = {}): DropConstraint {
  checkOptions('dropConstraint', options, ['schema', 'type', 'ifExists', 'was']);
  const type =
    options.type === undefined || options.type === null
      ? (options.was?.kind ?? null)
      : (aliases[options.type] ?? null);
  if (options.type && type === null) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `dropConstraint: type must be one of ${Object.keys(creators).join(', ')}, not '${options.type}'.`,
    );
  }
  if (name === null && type !== 'primaryKey' && !options.was) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `dropConstraint: a constraint of table '${table}' without a name needs \`was\`, to tell which one it is.`,
    );
  }
  return deepFreeze({
    kind: 'dropConstraint',
    ...tableArgument('dropConstraint', table, options),
    name: name === null ? null : checkName('dropConstraint: the name', name),
    type,
    ifExists: options.ifExists ?? false,
    was: options.was ?? null,
  });
}

/** Generated source says `was` only where there is no name. */
function said(op: DropConstraint): { readonly [name: string]: unknown } {
  return {
    type: op.type,
    ifExists: op.ifExists,
    was: op.name === null && op.type !== 'primaryKey' ? op.was : null,
  };
}
