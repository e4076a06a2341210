import { ArgumentError } from '../../errors.ts';
import { checkOptions, irreversible, tableArgument } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { key, type TableOperation, tableOf } from '../../operations/operation.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from '../../schema/dialect-options.ts';
import { displayName } from '../../schema/names.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { tablesAbove } from './tables-above.ts';

/** Gives a table other options of one database: those of each dialect that is named are replaced as a whole. */
export interface AlterTableOptions extends TableOperation {
  readonly kind: 'alterTableOptions';
  readonly options: { readonly [dialect: string]: DialectOptions[string] };
  /** null where it isn't said: then there is no way back */
  readonly existing: { readonly [dialect: string]: DialectOptions[string] } | null;
}

export interface AlterTableOptionsInput {
  readonly schema?: string | null;
  /** the options before */
  readonly existing?: DialectOptionsInput | null;
}

/** `op.alterTableOptions('users', { sqlite: { strict: true } }, { existing: { sqlite: {} } })` */
export const alterTableOptions: OperationDefinition<
  AlterTableOptions,
  [table: string, options: DialectOptionsInput, details?: AlterTableOptionsInput],
  never[],
  void
> = defineOperation({
  kind: 'alterTableOptions',
  create: (
    table: string,
    options: DialectOptionsInput,
    details: AlterTableOptionsInput = {},
  ): AlterTableOptions => {
    checkOptions('alterTableOptions', options, dialectNames);
    checkOptions('alterTableOptions', details, ['schema', 'existing']);
    const existing = details.existing ?? null;
    return deepFreeze({
      kind: 'alterTableOptions',
      ...tableArgument('alterTableOptions', table, details),
      options: withEmpty(options),
      existing: existing === null ? null : withEmpty(existing),
    });
  },
  batch: null,
  call: ({ table, schema, options, existing }) => [
    table,
    options,
    ...(schema === null && existing === null
      ? []
      : [{ ...(schema === null ? {} : { schema }), ...(existing === null ? {} : { existing }) }]),
  ],
  batchCall: null,
  reverse: (op): AlterTableOptions => {
    if (op.existing === null)
      throw irreversible(
        'alterTableOptions',
        `table '${displayName(tableOf(op))}'`,
        'give existing, or write the downgrade by hand.',
      );
    return deepFreeze({ ...op, options: op.existing, existing: op.options });
  },
  apply: (op, schema) =>
    changeTable(schema, tableOf(op), (table) => ({
      ...table,
      options: pickDialectOptions({ ...table.options, ...op.options }),
    })),
  sql: (op, { name }) => {
    if (op.options[name] === undefined) return [];
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `The options of table '${displayName(tableOf(op))}' can't be altered on ${name}.`,
    );
  },
  destroys: null,
  touches: (op) => {
    const [above, before] = [op.options, op.existing ?? {}].map((each) => tablesAbove(each, op.schema));
    const left = before?.filter((each) => !above?.includes(each)) ?? [];
    const comes = above?.some((each) => !before?.includes(each));
    return {
      requires: [key('table', tableOf(op)), ...(above ?? [])],
      releases: left,
      // what comes under another table has to be like it by then; what leaves it may change afterwards
      ...(comes ? { place: 'last' } : left.length > 0 ? { place: 'first' } : {}),
    };
  },
});

/** Unlike a table's own options, an empty set says something here: none of that dialect's are left. */
function withEmpty(options: DialectOptionsInput): DialectOptions {
  return Object.fromEntries(
    dialectNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
