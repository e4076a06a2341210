import type { ObjectKind } from '../../dialect/object-kind.ts';
import { ArgumentError } from '../../errors.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import { displayName } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { foreignKeysOf } from '../../schema/table.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createForeignKey } from './operations.ts';

export const foreignKeyKind: ObjectKind = defineObjectKind({
  kind: 'foreignKey',
  operations: [createForeignKey],
  check,
  compareIn: (pair, context) =>
    compareConstraints<ForeignKey>('foreignKey', 'createForeignKey', 'foreignKeyConstraint', pair, context),
});

/** A key of the models to a table that only the database has would outlive its table, which the revision drops. */
function check(model: SchemaModel, database: SchemaModel): void {
  for (const table of model.tables) {
    for (const key of foreignKeysOf(table)) {
      const referred = { schema: key.referredSchema, name: key.referredTable };
      if (model.table(referred) !== undefined || database.table(referred) === undefined) continue;
      throw new ArgumentError(
        'NO_REFERENCED_TABLE',
        `Table '${displayName(table)}' has a foreign key (${key.columns.join(', ')}) to '${displayName(referred)}', which the models don't have and the revision would drop. Take the key away, add the table to the models, or leave the table out of the comparison with includeObject.`,
      );
    }
  }
}
