import { createHash } from 'node:crypto';
import type { Operation } from '../../operations/operation.ts';
import type { Constraint, Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import { cutIdentifier, maxIdentifierLength } from './identifiers.ts';

/**
 * The name that a constraint or an index gets. One of more than 63 characters is shortened as SQLAlchemy shortens those that a naming convention makes: 55 of
 * them and 4 digits of its MD5, so that two long ones stay two. What is short enough in characters and too long in bytes the server cuts.
 */
export function keptName(name: string): string {
  const characters = [...name];
  if (characters.length <= maxIdentifierLength) return cutIdentifier(name);
  const start = characters.slice(0, maxIdentifierLength - 8).join('');
  return cutIdentifier(`${start}_${createHash('md5').update(name).digest('hex').slice(-4)}`);
}

interface Named {
  readonly name: string | null;
}

/** The parts of operations that hold names of constraints and indexes. */
interface Parts {
  readonly kind: string;
  readonly name?: string | null;
  readonly table?: string | Table | null;
  readonly constraint?: Constraint;
  readonly constraints?: readonly Constraint[];
  readonly index?: Index;
  readonly indexes?: readonly Index[];
}

/** The operation with the names that its constraints and indexes get; the same object where they have them. */
export function withKeptNames(operation: Operation): Operation {
  const { kind, name, table, constraint, constraints, index, indexes } = operation as Parts;
  const isDrop = kind === 'dropConstraint' || kind === 'dropIndex';
  const own = typeof table === 'object' && table !== null ? table : null;
  const all: readonly (Named | undefined)[] = [
    isDrop && typeof name === 'string' ? { name } : undefined,
    constraint,
    index,
    ...(constraints ?? []),
    ...(indexes ?? []),
    ...(own?.constraints ?? []),
    ...(own?.indexes ?? []),
  ];
  if (!all.some((each) => typeof each?.name === 'string' && keptName(each.name) !== each.name))
    return operation;
  return {
    ...operation,
    ...(isDrop && typeof name === 'string' && { name: keptName(name) }),
    ...(constraint && { constraint: kept(constraint) }),
    ...(index && { index: kept(index) }),
    ...(constraints && { constraints: constraints.map(kept) }),
    ...(indexes && { indexes: indexes.map(kept) }),
    ...(own && { table: { ...own, constraints: own.constraints.map(kept), indexes: own.indexes.map(kept) } }),
  } as Operation;
}

function kept<T extends Named>(object: T): T {
  return object.name === null ? object : { ...object, name: keptName(object.name) };
}
