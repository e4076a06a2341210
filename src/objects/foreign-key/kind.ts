import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createForeignKey } from './operations.ts';

export const foreignKeyKind: ObjectKind = defineObjectKind({
  kind: 'foreignKey',
  operations: [createForeignKey],
  compareIn: (pair, context) =>
    compareConstraints<ForeignKey>('foreignKey', 'createForeignKey', 'foreignKeyConstraint', pair, context),
});
