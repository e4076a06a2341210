import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createPrimaryKey } from './operations.ts';

export const primaryKeyKind: ObjectKind = defineObjectKind({
  kind: 'primaryKey',
  operations: [createPrimaryKey],
  compareIn: (pair, context) =>
    compareConstraints<PrimaryKey>('primaryKey', 'createPrimaryKey', 'primaryKeyConstraint', pair, context),
});
