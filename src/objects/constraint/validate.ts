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
import type { Batch } from '../../operations/batch.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { type Operation, type TableOperation, tableOf } from '../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Constraint } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import { creators } from './creators.ts';
import { constraintTouches } from './touches.ts';

export interface ValidateConstraint extends TableOperation {
  readonly kind: 'validateConstraint';
  readonly name: string;
  /** the constraint as it was; null where that isn't known: then there is no way back */
  readonly was: Constraint | null;
}

export interface ValidateConstraintOptions extends SchemaOption {
  /** the constraint as it is, with `{ postgresql: { notValid: true } }`: for the way back */
  readonly was?: Constraint | null;
}

/**
 * `op.validateConstraint('fk_orders_user', 'orders')`: looks at the rows that were there before a foreign key or check was added as NOT VALID (PostgreSQL), without
 * holding up writers.
 */
export const validateConstraint: OperationDefinition<
  ValidateConstraint,
  [name: string, table: string, options?: ValidateConstraintOptions],
  [name: string, options?: Omit<ValidateConstraintOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'validateConstraint',
  create: make,
  batch: (table: QualifiedName, name: string, options: Omit<ValidateConstraintOptions, 'schema'> = {}) =>
    make(name, table.name, inTable(table, options)),
  call: (op) => [op.name, op.table, ...optionArguments({ schema: op.schema, was: op.was })],
  batchCall: (op) => [op.name, ...optionArguments({ was: op.was })],
  reverse: (op): Batch => {
    const { table, schema, name, was } = op;
    if (was === null)
      throw irreversible(
        'validateConstraint',
        `constraint '${name}' of table '${displayName(tableOf(op))}'`,
        'give was, or write the downgrade by hand.',
      );
    const drop = {
      kind: 'dropConstraint',
      table,
      schema,
      name,
      type: was.kind,
      ifExists: false,
      was: validated(was),
    };
    const create = { kind: creators[was.kind], table, schema, constraint: was };
    return deepFreeze({
      kind: 'batch',
      table,
      schema,
      operations: [drop, create] as Operation[],
      recreate: 'auto',
      copyFrom: null,
      partialReordering: null,
      tableArgs: [],
    });
  },
  apply: (op, schema) =>
    changeTable(schema, tableOf(op), (table) => {
      const found = table.constraints.find((each) => each.name === op.name);
      if (found === undefined) {
        throw new ArgumentError(
          'NOT_IN_MODEL',
          `Table '${displayName(table)}' has no constraint '${op.name}'.`,
        );
      }
      return {
        ...table,
        constraints: table.constraints.map((each) => (each === found ? validated(found) : each)),
      };
    }),
  sql: (op, dialect) => {
    onlyPostgresql(`validateConstraint of '${op.name}'`, dialect);
    const { writer } = dialect;
    return [{ sql: `ALTER TABLE ${writer.name(tableOf(op))} VALIDATE CONSTRAINT ${writer.quote(op.name)}` }];
  },
  destroys: null,
  touches: (op) => {
    if (op.was === null) return { requires: [] };
    const { requires, provides } = constraintTouches(tableOf(op), op.was);
    return { requires: [...requires, ...provides] };
  },
});

function make(name: string, table: string, options: ValidateConstraintOptions = {}): ValidateConstraint {
  checkOptions('validateConstraint', options, ['schema', 'was']);
  return deepFreeze({
    kind: 'validateConstraint',
    ...tableArgument('validateConstraint', table, options),
    name: checkName('validateConstraint: the name', name),
    was: options.was ?? null,
  });
}

/** The constraint once all rows have been looked at. */
export function validated<C extends Constraint>(constraint: C): C {
  const { postgresql, ...others } = constraint.options;
  if (postgresql?.notValid === undefined) return constraint;
  const { notValid: _, ...rest } = postgresql;
  const options = Object.keys(rest).length === 0 ? others : { ...others, postgresql: rest };
  return { ...constraint, options };
}
