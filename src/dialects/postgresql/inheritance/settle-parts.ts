import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { isInherited } from './above.ts';

/** What a table holds beside its columns. */
export type Parts = Pick<Table, 'constraints' | 'indexes'>;

/** Whether a table below has this constraint, or one like it, from the table that has `others`. */
export function bringsConstraint(
  others: readonly Constraint[],
  constraint: Constraint,
  part: boolean,
): boolean {
  return others.some((other) => {
    if (other.kind !== constraint.kind) return false;
    if (other.kind !== 'check') return part && deepEqual(definition(other), definition(constraint));
    if (other.options.postgresql?.noInherit === true) return false;
    return constraint.name === null
      ? deepEqual(definition(other), definition(constraint))
      : other.name === constraint.name;
  });
}

export function bringsIndex(others: readonly Index[], index: Index, part: boolean): boolean {
  return part && others.some((other) => deepEqual(definition(other), definition(index)));
}

/** Of a table above: what tables that come under it get, or have to have before. */
export function heritage({ constraints, indexes }: Parts, part: boolean): Parts {
  return {
    constraints: constraints
      .filter((each) => bringsConstraint([each], each, part))
      // the names of these come along
      .map((each) => (each.kind === 'check' || each.kind === 'foreignKey' ? each : { ...each, name: null })),
    indexes: part ? indexes.map((each) => ({ ...each, name: null })) : [],
  };
}

/** Without what comes from above. */
export function ownParts<T extends Parts>(table: T): T {
  return {
    ...table,
    constraints: table.constraints.filter((each) => !isInherited(each)),
    indexes: table.indexes.filter((each) => !isInherited(each)),
  };
}

/** All but its name and how it is built. */
function definition(object: Constraint | Index): object {
  const { name: _, finalName: __, isValid: ___, ...rest } = object as Index;
  const { concurrently: ____, inherited: _____, ...own } = object.options.postgresql ?? {};
  return { ...rest, options: own, ...(object.kind === 'foreignKey' && { useAlter: false }) };
}
