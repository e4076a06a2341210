import type { Constraint } from '../../schema/table.ts';

/** The operation of a kind that makes each type of constraint. */
export const creators: { readonly [Kind in Constraint['kind']]: string } = {
  primaryKey: 'createPrimaryKey',
  foreignKey: 'createForeignKey',
  unique: 'createUniqueConstraint',
  check: 'createCheckConstraint',
  exclude: 'createExcludeConstraint',
};
