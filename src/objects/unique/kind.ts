import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { Unique } from '../../schema/unique.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createUniqueConstraint } from './operations.ts';

export const uniqueKind: ObjectKind = defineObjectKind({
  kind: 'unique',
  operations: [createUniqueConstraint],
  compareIn: (pair, context) =>
    compareConstraints<Unique>('unique', 'createUniqueConstraint', 'uniqueConstraint', pair, context),
});
