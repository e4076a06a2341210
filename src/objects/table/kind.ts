import type { CompareContext, ObjectKind, TablePair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { type Table, withAutoincrementUnsaid } from '../../schema/table.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { tablesInPlace } from '../extension/in-place.ts';
import { defineObjectKind } from '../object-kind.ts';
import { type AlterTableOptions, alterTableOptions } from './alter-options.ts';
import { type CreateTable, createTable, type DropTable, dropTable, renameTable } from './operations.ts';

/** Tables that only one side has. Their indexes are the index kind's, as Alembic writes them: operations of their own. */
export const tableKind: ObjectKind<Table> = defineObjectKind<Table>({
  kind: 'table',
  operations: [createTable, dropTable, renameTable, alterTableOptions],
  identify: { postgresql: tablesInPlace },
  compareIn,
  // what a partition has from its table comes with it
  asModels: (found, { name }) => {
    const isOwn = ({ options }: Pick<Table, 'options'>): boolean => options[name]?.inherited !== true;
    for (const table of found.tables) {
      const [constraints, indexes] = [table.constraints.filter(isOwn), table.indexes.filter(isOwn)];
      found.put({ ...table, constraints, indexes } as Table);
    }
  },
  compare: ({ model, database }): readonly Operation[] => {
    if (model !== null && database === null) {
      return [
        deepFreeze<CreateTable>({
          kind: 'createTable',
          table: { ...model, indexes: [] },
          ifNotExists: false,
        }),
      ];
    }
    if (model === null && database !== null) {
      return [
        deepFreeze<DropTable>({
          kind: 'dropTable',
          table: database.name,
          schema: database.schema,
          ifExists: false,
          was: {
            ...database,
            columns: database.columns.map((column) => withAutoincrementUnsaid(database, column)),
            indexes: [],
          },
        }),
      ];
    }
    return [];
  },
});

/** Of the database's own options; what the model says for others isn't its business. */
function compareIn(
  { model, canonical, database }: TablePair,
  { dialect }: CompareContext,
): readonly Operation[] {
  if (model === null || canonical === null || database === null) return [];
  const [wanted, there] = [canonical.options[dialect.name] ?? {}, database.options[dialect.name] ?? {}];
  if (deepEqual(wanted, there)) return [];
  return [
    deepFreeze<AlterTableOptions>({
      kind: 'alterTableOptions',
      table: model.name,
      schema: model.schema,
      options: { [dialect.name]: wanted },
      existing: { [dialect.name]: there },
    }),
  ];
}
