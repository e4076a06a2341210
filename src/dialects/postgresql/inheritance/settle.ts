import type { Connection } from '../../../dialect/connection.ts';
import type { TablePair } from '../../../dialect/object-pair.ts';
import { displayName, keyOf } from '../../../schema/names.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { adoptNames } from '../canonicalize/adopt-names.ts';
import { asData, type TableOptions } from '../options.ts';
import { serverVersion } from '../server-version.ts';
import { asOwn, isInherited, isPartition, namesAbove } from './above.ts';
import { type ColumnChanges, refuseOwnColumns, settleColumns } from './settle-columns.ts';
import { bringsConstraint, bringsIndex, heritage, ownParts, type Parts } from './settle-parts.ts';

/**
 * Partitions and heirs without what they have from the tables above them, and behind those: a change is written once, for the table where it is made, and the server
 * takes it to those below. What leaves a table keeps what it has from there; what comes under one gets before what that asks for.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for a partition's column that the table above doesn't have
 */
export async function settle(
  pairs: readonly TablePair[],
  connection: Connection,
  warn: (message: string) => void,
): Promise<readonly TablePair[]> {
  const hasAbove = (table: Table | null): boolean => table !== null && namesAbove(table).length > 0;
  if (!pairs.some(({ canonical, database }) => hasAbove(canonical) || hasAbove(database))) return pairs;
  const version = await serverVersion(connection);
  const byName = new Map(pairs.map((pair) => [keyOfPair(pair), pair]));
  const above = new Map<TablePair, ColumnChanges>();
  const first: TablePair[] = [];
  const settled: TablePair[] = [];
  const find = (keys: readonly string[]): readonly TablePair[] =>
    keys.flatMap((key) => byName.get(key) ?? []);
  const visit = (pair: TablePair): void => {
    if (above.has(pair)) return;
    above.set(pair, new Map());
    for (const each of find([...keysAbove(pair.canonical), ...keysAbove(pair.database)])) visit(each);
    const result = settleOne(pair, find, (each) => above.get(each) ?? new Map(), version);
    above.set(pair, result.changes);
    for (const name of result.lost)
      warn(
        `Table '${displayName(pair.database ?? pair.canonical ?? { schema: null, name: '' })}' keeps the column '${name}', which it inherits from a table that loses it: it is made anew, and what it holds goes.`,
      );
    // each is like the one above it before that one is like its own
    first.unshift(...result.first);
    settled.push(...result.pairs);
  };
  for (const pair of pairs) visit(pair);
  return [...first, ...settled];
}

interface Settled {
  /** what has to happen before anything above changes */
  readonly first: readonly TablePair[];
  readonly pairs: readonly TablePair[];
  readonly changes: ColumnChanges;
  /** columns whose values go though the model keeps them */
  readonly lost: readonly string[];
}

function settleOne(
  given: TablePair,
  find: (keys: readonly string[]) => readonly TablePair[],
  changesOf: (pair: TablePair) => ColumnChanges,
  version: number,
): Settled {
  const { canonical } = given;
  const none = { first: [], changes: new Map(), lost: [] };
  if (canonical === null)
    return { ...none, pairs: [{ ...given, database: given.database && ownParts(given.database) }] };
  const [wantedAbove, part] = [keysAbove(canonical), isPartition(canonical)];
  if (given.database === null) {
    const made = find(wantedAbove).flatMap((each) => each.canonical ?? []);
    if (part) for (const table of made) refuseOwnColumns(canonical, table);
    return { ...none, pairs: [withoutBrought(given, canonical, made, part)] };
  }

  const { left, database } = leave(canonical, given.database, find);
  const thereAbove = new Set(keysAbove(database));
  const staying = find(wantedAbove.filter((key) => thereAbove.has(key)));
  const known = staying.flatMap((each) => each.canonical ?? []);
  if (part) for (const table of known) refuseOwnColumns(canonical, table);
  const columns = settleColumns({ canonical, database }, staying.map(changesOf), version);
  const { there, first, then, wanted, changes } = columns;
  // a table of which no model speaks brings what it brought
  const bringing = known.length < thereAbove.size ? [...known, inheritedParts(database)] : known;
  const own = ownParts(database);
  const isOwn = (constraint: Table['constraints'][number]): boolean =>
    constraint.kind !== 'check' ||
    !bringing.some((each) => bringsConstraint(each.constraints, constraint, part));
  const settled = withoutBrought(given, { ...canonical, columns: wanted }, bringing, part);
  const arriving = find(wantedAbove.filter((key) => !thereAbove.has(key)));
  const before = { ...own, columns: first };
  return {
    first: deepEqual(there, first)
      ? []
      : [{ model: before, canonical: before, database: { ...own, columns: there } }],
    pairs: [
      ...left,
      withHeritage(
        { ...settled, database: { ...own, columns: then, constraints: own.constraints.filter(isOwn) } },
        arriving.flatMap((each) => each.canonical ?? []),
        part,
      ),
    ],
    changes,
    lost: wanted.flatMap(({ name }) =>
      columnOf(database, name) !== undefined && !then.some((each) => each.name === name) ? [name] : [],
    ),
  };
}

/** Lets go of the tables that aren't to stand above it any more: what came from there is its own then. */
function leave(
  canonical: Table,
  database: Table,
  find: (keys: readonly string[]) => readonly TablePair[],
): { readonly left: readonly TablePair[]; readonly database: Table } {
  const kept = new Set(keysAbove(canonical));
  const leaving = keysAbove(database).filter((key) => !kept.has(key));
  if (leaving.length === 0) return { left: [], database };
  const part = isPartition(database);
  const staying = find(keysAbove(database).filter((key) => kept.has(key))).flatMap(
    (each) => each.database ?? [],
  );
  const still = (each: Table['constraints'][number]): boolean =>
    staying.some((table) => bringsConstraint(table.constraints, each, part));
  const before = {
    ...database,
    constraints: database.constraints.map((each) => (still(each) ? each : asOwn(each))),
    indexes: database.indexes.map(asOwn),
  };
  // a partition's identity is that of its table
  const counted = part ? find(leaving).flatMap((each) => each.database?.columns ?? []) : [];
  const {
    partitionOf: _,
    partitionBound: __,
    inherits = [],
    ...options
  }: TableOptions = database.options.postgresql ?? {};
  const names = inherits.filter((_name, i) => kept.has(keysAbove(database)[i] ?? ''));
  const after = {
    ...before,
    columns: before.columns.map((column) =>
      counted.some(({ name, identity }) => name === column.name && identity !== null)
        ? { ...column, identity: null }
        : column,
    ),
    options: asData({ ...options, inherits: names }),
  };
  const bare = { ...before, options: after.options };
  return { left: [{ model: bare, canonical: bare, database: before }], database: after };
}

/** Without what the tables above bring. */
function withoutBrought(
  pair: TablePair,
  canonical: Table,
  above: readonly Parts[],
  part: boolean,
): TablePair & { readonly model: Table; readonly canonical: Table } {
  const model = pair.model ?? canonical;
  const constraints = canonical.constraints.flatMap((each, i) => {
    const own = model.constraints[i] ?? each;
    const isBrought = above.some((table) =>
      bringsConstraint(table.constraints, own.name === null ? { ...each, name: null } : each, part),
    );
    return isBrought ? [] : [{ canonical: each, model: own }];
  });
  const indexes = canonical.indexes.flatMap((each, i) =>
    above.some((table) => bringsIndex(table.indexes, each, part))
      ? []
      : [{ canonical: each, model: model.indexes[i] ?? each }],
  );
  const side = (which: 'canonical' | 'model'): Parts => ({
    constraints: constraints.map((each) => each[which]),
    indexes: indexes.map((each) => each[which]),
  });
  return {
    ...pair,
    model: { ...model, ...side('model') },
    canonical: { ...canonical, ...side('canonical') },
  };
}

/** With what it has to have before it comes under the tables above. */
function withHeritage(
  pair: TablePair & { readonly model: Table; readonly canonical: Table; readonly database: Table },
  above: readonly Table[],
  part: boolean,
): TablePair {
  const { model, canonical, database } = pair;
  const added = above.map((table) => heritage(table, part));
  const constraints = added
    .flatMap((each) => each.constraints)
    .filter((each) => !bringsConstraint(canonical.constraints, each, part));
  const indexes = added
    .flatMap((each) => each.indexes)
    .filter((each) => !bringsIndex(canonical.indexes, each, part));
  if (constraints.length + indexes.length === 0) return pair;
  const whole = adoptNames(
    {
      ...canonical,
      constraints: [...canonical.constraints, ...constraints],
      indexes: [...canonical.indexes, ...indexes],
    },
    database,
  );
  return {
    model: {
      ...model,
      constraints: whole.constraints.map((each, i) =>
        i < canonical.constraints.length ? (model.constraints[i] ?? each) : each,
      ),
      indexes: whole.indexes.map((each, i) =>
        i < canonical.indexes.length ? (model.indexes[i] ?? each) : each,
      ),
    },
    canonical: whole,
    database,
  };
}

function inheritedParts({ constraints, indexes }: Table): Parts {
  return {
    constraints: constraints.filter(isInherited).map(asOwn),
    indexes: indexes.filter(isInherited).map(asOwn),
  };
}

function keysAbove(table: Table | null): readonly string[] {
  return table === null ? [] : namesAbove(table).map(keyOf);
}

function keyOfPair({ canonical, database }: TablePair): string {
  const table = canonical ?? database;
  return table === null ? '' : keyOf(table);
}
