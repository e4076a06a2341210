import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { Check } from '../../schema/check.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createCheckConstraint } from './operations.ts';

export const checkKind: ObjectKind = defineObjectKind({
  kind: 'check',
  operations: [createCheckConstraint],
  compareIn: (pair, context) =>
    compareConstraints<Check>('check', 'createCheckConstraint', 'checkConstraint', pair, context),
});
