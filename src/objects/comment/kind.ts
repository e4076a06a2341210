import type { ObjectKind } from '../../dialect/object-kind.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type CreateTableComment,
  createTableComment,
  type DropTableComment,
  dropTableComment,
} from './operations.ts';

/** Comments of tables; those of columns are compared with their columns. */
export const commentKind: ObjectKind = defineObjectKind({
  kind: 'comment',
  operations: [createTableComment, dropTableComment],
  compareIn: ({ model, canonical, database }) => {
    if (model === null || canonical === null || database === null || canonical.comment === database.comment)
      return [];
    const at = { table: model.name, schema: model.schema, existingComment: database.comment };
    if (canonical.comment === null)
      return [deepFreeze<DropTableComment>({ kind: 'dropTableComment', ...at })];
    return [
      deepFreeze<CreateTableComment>({ kind: 'createTableComment', ...at, comment: canonical.comment }),
    ];
  },
});
