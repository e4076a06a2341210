import { DatabaseSync } from 'node:sqlite';
import { ddl } from '../support/ddl-writer.ts';
import { readSqlite } from '../support/read-sqlite.ts';
import type { TableColumns } from '../support/rows.ts';
import { keyColumns, type VectorSchema } from '../support/vector-schema.ts';
import { copyOf, type DraftSchema, type Feature, type Maker, type PairDialect } from './draft.ts';
import { featuresOf } from './features.ts';
import type { MutationContext } from './mutation-context.ts';
import { type MutationName, mutations, mutationWeights } from './mutations.ts';
import { Random } from './random.ts';
import { insertStatements, randomRows, survivingColumns } from './random-rows.ts';
import { randomSchema } from './random-schema.ts';

export type { Feature, PairDialect } from './draft.ts';
export type { MutationName } from './mutations.ts';

/** Two schemas that differ, and rows for the first. */
export interface RandomPair {
  /** `<dialect>-<seed>-<index>`: with it `randomPair` makes the same one again */
  readonly id: string;
  readonly dialect: PairDialect;
  /** what leads from A to B */
  readonly mutations: readonly MutationName[];
  /** what A and B hold beyond the plain */
  readonly features: readonly Feature[];
  readonly A: VectorSchema;
  readonly B: VectorSchema;
  /** the statements that create each in an empty database */
  readonly ddlA: readonly string[];
  readonly ddlB: readonly string[];
  /** the statements, in a transaction, that fill a database of A with rows */
  readonly load: readonly string[];
  /**
   * The same rows for a database of B, without what B has no place for. Where they fail there, no migration could keep
   * the rows, and none has to.
   */
  readonly move: readonly string[];
  /** the columns whose values a migration from A to B has to leave as they are, wherever `move` succeeds */
  readonly survives: readonly TableColumns[];
}

export interface PairOptions {
  readonly dialect: PairDialect;
  readonly seed: number;
  readonly count: number;
  /** features and mutations to leave out */
  readonly exclude?: readonly (Feature | MutationName)[];
}

/** `count` pairs, each of whose schemas differ in meaning. */
export function* randomPairs({ count, ...options }: PairOptions): Generator<RandomPair, void> {
  for (let index = 0; index < count; index++) yield randomPair({ ...options, index });
}

/** The pair with that number; it depends on nothing but its arguments. */
export function randomPair(options: Omit<PairOptions, 'count'> & { readonly index: number }): RandomPair {
  const { dialect, seed, index } = options;
  const random = new Random(seed * 1_000_003 + index);
  for (;;) {
    const pair = attempt(random, `${dialect}-${seed}-${index}`, options);
    if (pair !== undefined) return pair;
  }
}

function attempt(
  random: Random,
  id: string,
  { dialect, exclude = [] }: Omit<PairOptions, 'count'>,
): RandomPair | undefined {
  const excluded = new Set<string>(exclude);
  let number = 0;
  const maker: Maker = {
    random,
    dialect,
    // The choice is made even where it is excluded, so that the rest stays the same.
    wants: (feature, probability) => random.chance(probability) && !excluded.has(feature),
    next: () => ++number,
  };
  const A = randomSchema(maker);
  const B = copyOf(A);
  const original = new Set(A.tables.map((table) => table.name));
  const context: MutationContext = { maker, schema: B, original, friendly: random.chance(0.75) };
  const done: MutationName[] = [];
  for (let left = random.whole(1, 8); left > 0; left--) {
    const name = random.weighted(mutationWeights);
    if (!excluded.has(name) && mutations[name](context)) done.push(name);
  }
  const [ddlA, ddlB] = [ddl(dialect, A), ddl(dialect, B)];
  if (!isPossible(A) || !isPossible(B) || !differs(dialect, { A, B, ddlA, ddlB })) return undefined;
  const rows = randomRows(random, dialect, A, B);
  return {
    id,
    dialect,
    mutations: done,
    features: [...new Set([...featuresOf(A), ...featuresOf(B)])],
    A,
    B,
    ddlA,
    ddlB,
    load: insertStatements(dialect, A, rows),
    move: insertStatements(dialect, B, rows),
    survives: survivingColumns(A, B),
  };
}

/** Whether a database takes it: two mutations together may ask for what none has. */
function isPossible(schema: DraftSchema): boolean {
  return schema.tables.every((table) => {
    // PostgreSQL makes one constraint of a primary key and a unique constraint over the same columns
    const key = keyColumns(table).toSorted().join('\0');
    if (key !== '' && table.uniques.some((each) => each.columns.toSorted().join('\0') === key)) return false;
    const names = [...table.uniques, ...table.checks, ...table.foreignKeys]
      .map((each) => each.name)
      .filter(Boolean);
    return new Set(names).size === names.length;
  });
}

/** Whether the two mean something else; SQLite itself is asked, elsewhere the data tell. */
function differs(
  dialect: PairDialect,
  { A, B, ddlA, ddlB }: Pick<RandomPair, 'A' | 'B' | 'ddlA' | 'ddlB'>,
): boolean {
  if (dialect === 'sqlite') return readingOf(ddlA) !== readingOf(ddlB);
  return withoutOrder(A) !== withoutOrder(B);
}

function readingOf(statements: readonly string[]): string {
  const db = new DatabaseSync(':memory:');
  try {
    for (const statement of statements) db.exec(statement);
    return readSqlite(db, { ignoreColumnOrder: true });
  } finally {
    db.close();
  }
}

function withoutOrder(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(withoutOrder).sort().join()}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, value]) => `${key}:${withoutOrder(value)}`).join()}}`;
}
