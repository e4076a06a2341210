import type { Connection } from '../../../dialect/connection.ts';
import type { TablePair } from '../../../dialect/object-pair.ts';
import { displayName, keyOf } from '../../../schema/names.ts';
import { type Constraint, columnOf, type Table } from '../../../schema/table.ts';
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
  const changes = new Map<TablePair, ColumnChanges>();
  const whole = new Map<TablePair, Table>();
  const family: Family = {
    version,
    find: (keys) => keys.flatMap((key) => byName.get(key) ?? []),
    changesOf: (pair) => changes.get(pair) ?? new Map(),
    wholeOf: (pair) => whole.get(pair) ?? pair.canonical ?? [],
  };
  const first: TablePair[] = [];
  const settled: TablePair[] = [];
  const visit = (pair: TablePair): void => {
    if (changes.has(pair)) return;
    changes.set(pair, new Map());
    for (const each of family.find([...keysAbove(pair.canonical), ...keysAbove(pair.database)])) visit(each);
    const result = settleOne(pair, family);
    changes.set(pair, result.changes);
    if (pair.canonical !== null) whole.set(pair, wholeTable(pair.canonical, family));
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

/** The tables around one. */
interface Family {
  readonly version: number;
  find(keys: readonly string[]): readonly TablePair[];
  /** what becomes of the columns of one that was settled */
  changesOf(pair: TablePair): ColumnChanges;
  /** what the models say of one that was settled, with what it has from above; none where they say nothing */
  wholeOf(pair: TablePair): Table | readonly never[];
}

interface Settled {
  /** what has to happen before anything above changes */
  readonly first: readonly TablePair[];
  readonly pairs: readonly TablePair[];
  readonly changes: ColumnChanges;
  /** columns whose values go though the model keeps them */
  readonly lost: readonly string[];
}

function settleOne(given: TablePair, family: Family): Settled {
  const { canonical } = given;
  const none = { first: [], changes: new Map(), lost: [] };
  if (canonical === null)
    return { ...none, pairs: [{ ...given, database: given.database && ownParts(given.database) }] };
  const { find, wholeOf, version } = family;
  const [wantedAbove, part] = [keysAbove(canonical), isPartition(canonical)];
  if (given.database === null) {
    const made = find(wantedAbove).flatMap(wholeOf);
    if (part) for (const table of made) refuseOwnColumns(canonical, table);
    return { ...none, pairs: [withoutBrought(given, canonical, made, part)] };
  }

  const { left, database } = leave(canonical, given.database, find);
  const thereAbove = new Set(keysAbove(database));
  const staying = find(wantedAbove.filter((key) => thereAbove.has(key)));
  const known = staying.flatMap(wholeOf);
  if (part) for (const table of known) refuseOwnColumns(canonical, table);
  const columns = settleColumns({ canonical, database }, staying.map(family.changesOf), version);
  const { there, first, then, wanted, changes } = columns;
  // a table of which no model speaks brings what it brought
  const bringing = known.length < thereAbove.size ? [...known, inheritedParts(database)] : known;
  const own = ownParts(database);
  const isOwn = (constraint: Constraint): boolean =>
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
        arriving.flatMap(wholeOf),
        part,
      ),
    ],
    changes,
    lost: wanted.flatMap(({ name }) =>
      columnOf(database, name) !== undefined && !then.some((each) => each.name === name) ? [name] : [],
    ),
  };
}

/** A table with what it has from those above it. */
function wholeTable(canonical: Table, { find, wholeOf }: Family): Table {
  const part = isPartition(canonical);
  const above = find(keysAbove(canonical)).flatMap(wholeOf);
  return { ...canonical, ...withParts(canonical, above, part) };
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
  const before = {
    ...database,
    // what another table brings as well is left out later
    constraints: database.constraints.map(asOwn),
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
  const parts = withParts(canonical, above, part);
  if (deepEqual(parts, partsOf(canonical))) return pair;
  const whole = adoptNames({ ...canonical, ...parts }, database);
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

function partsOf({ constraints, indexes }: Table): Parts {
  return { constraints, indexes };
}

/** What a table holds, and behind that what comes from above and isn't among it. */
function withParts(canonical: Table, above: readonly Table[], part: boolean): Parts {
  const added = above.map((table) => heritage(table, part));
  const constraints = added
    .flatMap((each) => each.constraints)
    .filter((each, i, all) => !bringsConstraint([...canonical.constraints, ...all.slice(0, i)], each, part));
  const indexes = added
    .flatMap((each) => each.indexes)
    .filter((each) => !bringsIndex(canonical.indexes, each, part));
  return {
    constraints: [...canonical.constraints, ...constraints],
    indexes: [...canonical.indexes, ...indexes],
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
