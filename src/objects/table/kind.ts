import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Table } from '../../schema/table.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import { type CreateTable, createTable, type DropTable, dropTable, renameTable } from './operations.ts';

/** Tables that only one side has. Their indexes are the index kind's, as Alembic writes them: operations of their own. */
export const tableKind: ObjectKind<Table> = defineObjectKind<Table>({
  kind: 'table',
  operations: [createTable, dropTable, renameTable],
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
          was: { ...database, indexes: [] },
        }),
      ];
    }
    return [];
  },
});
