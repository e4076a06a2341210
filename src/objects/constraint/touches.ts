import { key } from '../../operations/operation.ts';
import type { QualifiedName } from '../../schema/names.ts';
import type { Constraint } from '../../schema/table.ts';
import { constraintNeeds } from '../expression-needs.ts';

/** What a constraint stands on, and what it is. */
export function constraintTouches(
  owner: QualifiedName,
  constraint: Constraint,
): { requires: readonly string[]; provides: readonly string[] } {
  const requires = [key('table', owner)];
  const provides: string[] = constraint.name === null ? [] : [key('constraint', owner, constraint.name)];
  // a check's columns aren't known without parsing it: it waits for every change of its table's columns
  if (constraint.kind === 'check' || constraint.kind === 'exclude')
    requires.push(key('columns', owner), ...constraintNeeds(constraint, owner.schema));
  else requires.push(...constraint.columns.map((column) => key('column', owner, column)));
  if (constraint.kind === 'foreignKey') {
    const referred = { schema: constraint.referredSchema, name: constraint.referredTable };
    requires.push(
      key('table', referred),
      ...constraint.referredColumns.map((column) => key('column', referred, column)),
      key('key', referred),
    );
  }
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique') provides.push(key('key', owner));
  // it takes the name from an index where both share one space of names
  if (constraint.kind !== 'check' && constraint.kind !== 'foreignKey' && constraint.name !== null) {
    provides.push(key('index', { schema: owner.schema, name: constraint.name }));
  }
  return { requires, provides };
}
