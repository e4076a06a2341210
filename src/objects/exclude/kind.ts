import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { OtherConstraint } from '../../schema/table.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createExcludeConstraint } from './operations.ts';

export const excludeKind: ObjectKind = defineObjectKind({
  kind: 'exclude',
  operations: [createExcludeConstraint],
  compareIn: (pair, context) =>
    compareConstraints<OtherConstraint>(
      'exclude',
      'createExcludeConstraint',
      'excludeConstraint',
      pair,
      context,
    ),
});
