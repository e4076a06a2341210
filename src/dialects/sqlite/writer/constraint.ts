import { ArgumentError } from '../../../errors.ts';
import type { ForeignKey } from '../../../schema/foreign-key.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { PrimaryKey } from '../../../schema/primary-key.ts';
import type { Constraint } from '../../../schema/table.ts';
import type { Unique } from '../../../schema/unique.ts';
import { sqliteKeyOptions } from '../options.ts';
import { enclosed } from './enclosed.ts';
import { quote, quoteAll } from './names.ts';

/** A constraint as it stands in CREATE TABLE behind the columns. What SQLite has no notion of (a deferrable key) is left out. */
export function constraintSql(constraint: Constraint, owner: QualifiedName): string {
  return named(constraint.name, definition(constraint, owner));
}

export function named(name: string | null, definition: string): string {
  return name === null ? definition : `CONSTRAINT ${quote(name)} ${definition}`;
}

/** `REFERENCES …`, as it stands behind a column too. */
export function references(key: ForeignKey, owner: QualifiedName): string {
  if (key.referredSchema !== null && key.referredSchema !== (owner.schema ?? 'main')) {
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `A foreign key of table '${displayName(owner)}' refers to '${displayName({ schema: key.referredSchema, name: key.referredTable })}': on SQLite it can't leave its own database.`,
    );
  }
  const columns = key.referredColumns.length === 0 ? '' : ` (${quoteAll(key.referredColumns)})`;
  return [
    `REFERENCES ${quote(key.referredTable)}${columns}`,
    key.onDelete === null ? '' : `ON DELETE ${key.onDelete}`,
    key.onUpdate === null ? '' : `ON UPDATE ${key.onUpdate}`,
    key.match === null ? '' : `MATCH ${key.match}`,
    deferral(key),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export function conflictClause(onConflict: string | null): string {
  return onConflict === null ? '' : ` ON CONFLICT ${onConflict}`;
}

function definition(constraint: Constraint, owner: QualifiedName): string {
  switch (constraint.kind) {
    case 'primaryKey':
      return `PRIMARY KEY ${keyBody(constraint, owner)}`;
    case 'unique':
      return `UNIQUE ${keyBody(constraint, owner)}`;
    case 'check':
      return `CHECK ${enclosed(constraint.condition.text)}`;
    case 'foreignKey':
      return `FOREIGN KEY (${quoteAll(constraint.columns)}) ${references(constraint, owner)}`;
    default:
      throw new ArgumentError(
        'UNSUPPORTED_OPERATION',
        `SQLite has no constraints of the kind '${constraint.kind}', as table '${displayName(owner)}' has one.`,
      );
  }
}

function keyBody(key: PrimaryKey | Unique, owner: QualifiedName): string {
  const { onConflict, descending, collations } = sqliteKeyOptions(
    `The ${key.kind} of table '${displayName(owner)}'`,
    key.options,
  );
  const columns = key.columns.map((name) => {
    const collation = collations[name] === undefined ? '' : ` COLLATE ${quote(collations[name])}`;
    return `${quote(name)}${collation}${descending.includes(name) ? ' DESC' : ''}`;
  });
  return `(${columns.join(', ')})${conflictClause(onConflict)}`;
}

function deferral({ deferrable, initially }: ForeignKey): string {
  if (deferrable === false) return 'NOT DEFERRABLE';
  if (deferrable === null && initially === null) return '';
  return initially === null ? 'DEFERRABLE' : `DEFERRABLE INITIALLY ${initially}`;
}
