import { ArgumentError } from '../../../errors.ts';
import type { Column } from '../../../schema/column.ts';
import { displayName } from '../../../schema/names.ts';
import { isSql } from '../../../schema/sql.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { asData, type ColumnOptions } from '../options.ts';
import { isInherited, isPartition } from './above.ts';

type Fact = 'type' | 'nullable' | 'default' | 'computed' | 'identity';

/** What ALTER TABLE changes in the tables below as well, and what each is of a column. */
const facts: { readonly [fact in Fact]: (column: Column) => Partial<Column> } = {
  type: ({ type }) => ({ type }),
  nullable: ({ nullable }) => ({ nullable }),
  default: ({ serverDefault, autoincrement }) => ({ serverDefault, autoincrement }),
  computed: ({ computed }) => ({ computed }),
  identity: ({ identity }) => ({ identity }),
};

/** What becomes of a column, seen from the tables below. */
export interface ColumnChange {
  /** null: it comes */
  readonly before: Column | null;
  /** null: it goes */
  readonly after: Column | null;
  /** what is set on the way, be it to what was there */
  readonly touched: ReadonlySet<Fact>;
}

export type ColumnChanges = ReadonlyMap<string, ColumnChange>;

/** The columns of a table that both sides have. */
interface Sides {
  readonly canonical: Table;
  readonly database: Table;
}

export interface SettledColumns {
  readonly there: readonly Column[];
  /** as they are made first: each like the one above, before that changes */
  readonly first: readonly Column[];
  /** as they are then, after the changes above */
  readonly then: readonly Column[];
  readonly wanted: readonly Column[];
  readonly changes: ColumnChanges;
}

/**
 * The columns of a table after what happens above it: only the rest is its own to do. Where it is to differ from the table above in what changes there, it first becomes
 * like that one, goes with it, and then gets what it is to have: so the way back leads to what it had.
 *
 * @param above what becomes of the columns of those tables above that stay there
 * @throws ArgumentError `BAD_ARGUMENT` for a partition's column that the table above doesn't have
 */
export function settleColumns(
  { canonical, database }: Sides,
  above: readonly ColumnChanges[],
  version: number,
): SettledColumns {
  const part = isPartition(canonical);
  const there: Column[] = [];
  const first: Column[] = [];
  const then: Column[] = [];
  const wanted: Column[] = [];
  const changes = new Map<string, ColumnChange>();
  const names = new Set([...database.columns, ...canonical.columns].map(({ name }) => name));
  for (const name of names) {
    const [want, have] = [columnOf(canonical, name) ?? null, columnOf(database, name) ?? null];
    const settled = settleColumn(want, have, changeAbove(name, above), part, version);
    if (settled.change.before !== null) there.push(settled.change.before);
    if (settled.first !== null) first.push(settled.first);
    if (settled.then !== null) then.push(settled.then);
    changes.set(name, settled.change);
  }
  for (const { name } of canonical.columns) {
    const after = changes.get(name)?.after;
    if (after != null) wanted.push(after);
  }
  return { there, first, then, wanted, changes };
}

/** Of several tables above, one that keeps the column keeps it here. */
function changeAbove(name: string, above: readonly ColumnChanges[]): ColumnChange | null {
  const found = above.flatMap((changes) => changes.get(name) ?? []);
  return found.find(({ after }) => after !== null) ?? found[0] ?? null;
}

interface SettledColumn {
  readonly first: Column | null;
  readonly then: Column | null;
  readonly change: ColumnChange;
}

function settleColumn(
  given: Column | null,
  there: Column | null,
  above: ColumnChange | null,
  part: boolean,
  version: number,
): SettledColumn {
  const { before = null, after = null } = above ?? {};
  const want = given === null || after === null ? given : like(given, after, part);
  const have = there === null || before === null ? there : like(there, before, part);
  if (have === null)
    return want === null || after === null || before !== null ? plain(want, have) : coming(want, after, part);
  if (before === null) return plain(want, have);
  if (after === null) {
    if (!part && !isInherited(have)) return plain(want, have);
    const all = new Set(Object.keys(facts) as Fact[]);
    if (!part) all.delete('identity');
    return { first: withFacts(have, before, all), then: null, change: changed(have, want, all) };
  }
  const touched = new Set(above?.touched);
  if (!part) touched.delete('identity');
  // from 18 on, NOT NULL is a constraint, and an heir's own is beside that of the table above
  const isOwn = !part && version >= 180_000 && !isInherited(have);
  if (isOwn) touched.delete('nullable');
  const comesFirst = isOwn && have.nullable && !after.nullable && want?.nullable === false;
  const [first, then] = [before, after].map((each): Column => {
    const column = withFacts(have, each, touched);
    return comesFirst ? { ...column, nullable: false } : column;
  }) as [Column, Column];
  for (const fact of [...differing(have, first), ...differing(then, want)]) touched.add(fact);
  return { first, then, change: changed(have, want, touched) };
}

/** What nothing above touches. */
function plain(want: Column | null, have: Column | null): SettledColumn {
  return { first: have, then: have, change: changed(have, want, new Set(differing(have, want))) };
}

/** A column that comes with the one above. How it is stored is as there, unless the model says something else. */
function coming(want: Column, above: Column, part: boolean): SettledColumn {
  const { inherited: _, identitySequence: __, ...stored }: ColumnOptions = above.options.postgresql ?? {};
  const own: ColumnOptions = want.options.postgresql ?? {};
  const then = {
    ...above,
    comment: null,
    identity: part ? above.identity : null,
    options: asData({ ...stored, inherited: own.inherited ?? false }),
  };
  const after = { ...want, options: asData({ ...stored, ...own }) };
  return { first: null, then, change: changed(null, after, new Set()) };
}

function changed(before: Column | null, after: Column | null, touched: ReadonlySet<Fact>): ColumnChange {
  return { before, after, touched };
}

/** A column in the words of the one above, where it can't be anything else: it takes its numbers from there, and holds no NULL that isn't allowed there. */
function like(column: Column, above: Column, part: boolean): Column {
  const counts =
    above.autoincrement === true &&
    (column.autoincrement === true || column.serverDefault === null || isNextval(column));
  return {
    ...column,
    nullable: column.nullable && above.nullable,
    ...(counts && { autoincrement: true, serverDefault: null }),
    ...(part && above.identity !== null && { identity: above.identity }),
  };
}

function isNextval({ serverDefault }: Column): boolean {
  return isSql(serverDefault) && /^nextval\s*\(/i.test(serverDefault.text);
}

function withFacts(column: Column, from: Column, touched: ReadonlySet<Fact>): Column {
  return Object.assign({}, column, ...[...touched].map((fact) => facts[fact](from)));
}

function differing(a: Column | null, b: Column | null): readonly Fact[] {
  if (a === null || b === null) return [];
  return (Object.keys(facts) as Fact[]).filter((fact) => !deepEqual(facts[fact](a), facts[fact](b)));
}

/** @throws ArgumentError `BAD_ARGUMENT` */
export function refuseOwnColumns(canonical: Table, above: Table): void {
  const own = canonical.columns.find(({ name }) => columnOf(above, name) === undefined);
  if (own === undefined) return;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `The model of '${displayName(canonical)}' has a column '${own.name}', which '${displayName(above)}' doesn't have: a partition has the columns of its table. Give it to both, or to none.`,
  );
}
