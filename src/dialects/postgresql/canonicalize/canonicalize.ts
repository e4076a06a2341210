import type { Connection } from '../../../dialect/connection.ts';
import { displayName } from '../../../schema/names.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import type { Table } from '../../../schema/table.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { log } from '../../../util/logging.ts';
import { canonicalType } from '../canonical-type.ts';
import { defaultSchema } from '../default-schema.ts';
import { enumsOf } from '../enums.ts';
import { refuseLongTable } from '../long-names.ts';
import { adoptNames } from './adopt-names.ts';
import { type Answer, type Ask, askAgain } from './ask.ts';
import { canonicalTable } from './canonical-table.ts';
import { haveSameTypes, type Question, questionAbout } from './questions.ts';
import { type Answers, askServer } from './scratch.ts';
import { type Slot, slotsOf } from './slots.ts';

/**
 * The model's tables as the server would report them. What is, word by word, what is there isn't asked; the rest is made and printed by the server, in one
 * round trip. Where that differs from what is there, both are read and printed again, each time in one more: what comes out the same is the same, since
 * the server doesn't always print again what it printed before (a dump that was restored has other words in its checks).
 *
 * What the server can't make keeps its text, and a warning says so.
 *
 * @throws ArgumentError `NAME_TOO_LONG`
 */
export async function canonicalize(
  tables: readonly Table[],
  database: SchemaModel,
  connection: Connection,
): Promise<readonly Table[]> {
  tables.forEach(refuseLongTable);
  const current = await defaultSchema(connection);
  const pairs = tables.map((table): Pair => {
    const canonical = canonicalTable(table, current);
    return { canonical, there: database.table(canonical) ?? null, printed: new Map() };
  });
  const newEnums = enumsOf(tables).filter((each) => database.get('enum', each) === undefined);
  const ask = (asks: readonly Ask[]): Promise<Answers> => askServer(asks, newEnums, connection);
  await fillIn(pairs, ask, current, connection.display);
  await reread(pairs, ask);
  return deepFreeze(pairs.map(({ canonical, there }) => adoptNames(canonical, there)));
}

interface Pair {
  canonical: Table;
  readonly there: Table | null;
  /** what the server printed, by the slots' paths */
  readonly printed: Map<string, string>;
}

type AskAll = (asks: readonly Ask[]) => Promise<Answers>;

/** Puts the server's words in the place of the model's. */
async function fillIn(
  pairs: readonly Pair[],
  ask: AskAll,
  current: string | null,
  display: string,
): Promise<void> {
  const open = pairs.flatMap((pair) => {
    const question = pair.there && questionAbout(pair.canonical, pair.there);
    return question === null ? [] : slotsOf(question).map((slot) => ({ pair, slot }));
  });
  if (open.length === 0) return;
  const { answers, failures } = await ask(open.map(({ slot }) => slot.ask));
  for (const [i, { pair, slot }] of open.entries()) {
    const answer = answers[i];
    if (answer === undefined) continue;
    pair.canonical = slot.put(pair.canonical, ofTable(answer.value, slot, pair.canonical.schema ?? current));
    pair.printed.set(slot.path, answer.printed);
  }
  const names = [
    ...new Set(
      open.filter((_, i) => answers[i] === undefined).map(({ pair }) => displayName(pair.canonical)),
    ),
  ];
  if (failures.length === 0 || names.length === 0) return;
  log('alembic').warn(
    `PostgreSQL couldn't put everything in the models of ${names.join(', ')} into its own words, so that it is compared as text, and may be taken for changed: ${[...new Set(failures)].join('; ')}`,
    { database: display },
  );
}

/** A type as it is told in its table: an enum that lives there names no schema. */
function ofTable(answer: Answer, { ask }: Slot, schema: string | null): Answer {
  return ask.kind === 'type' ? canonicalType(answer as ColumnType, schema) : answer;
}

/** Takes what is there for the model's where both come out the same when they are read again. */
async function reread(pairs: readonly Pair[], ask: AskAll): Promise<void> {
  let open = pairs.flatMap((pair) => {
    const { canonical, there } = pair;
    const question = there && haveSameTypes(canonical, there) ? questionAbout(canonical, there) : null;
    if (there === null || question === null) return [];
    const rivals = new Map(slotsOf(rivalOf(question, there)).map((slot) => [slot.path, slot]));
    return slotsOf(question).flatMap((mine) => {
      const theirs = rivals.get(mine.path);
      if (theirs === undefined || deepEqual(mine.value, theirs.value)) return [];
      const printed = pair.printed.get(mine.path);
      return {
        pair,
        mine,
        theirs,
        asks: [printed === undefined ? mine.ask : askAgain(mine.ask, printed), theirs.ask],
      };
    });
  });
  for (let pass = 0; pass < rereadings && open.length > 0; pass++) {
    const { answers } = await ask(open.flatMap(({ asks }) => asks));
    open = open.flatMap((each, i) => {
      const [mine, theirs] = answers.slice(2 * i, 2 * i + 2);
      if (mine === undefined || theirs === undefined) return [];
      if (mine.printed === theirs.printed) {
        each.pair.canonical = each.mine.put(each.pair.canonical, each.theirs.value);
        return [];
      }
      return {
        ...each,
        asks: [askAgain(each.mine.ask, mine.printed), askAgain(each.theirs.ask, theirs.printed)],
      };
    });
  }
}

/** After so many the server prints what it read. */
const rereadings = 2;

/** The same places with what the database has there, as far as names tell which that is. */
function rivalOf(question: Question, there: Table): Question {
  const { table } = question;
  const byName = <T extends { readonly name: string | null; readonly kind: string }>(
    mine: readonly T[],
    theirs: readonly T[],
  ): readonly T[] =>
    mine.map(
      (each) =>
        theirs.find((other) => other.name !== null && other.name === each.name && other.kind === each.kind) ??
        each,
    );
  const columns = table.columns.map((column) => {
    const other = there.columns.find((each) => each.name === column.name);
    return other === undefined
      ? column
      : { ...column, serverDefault: other.serverDefault, computed: other.computed };
  });
  return {
    ...question,
    table: {
      ...table,
      columns,
      constraints: byName(table.constraints, there.constraints),
      indexes: byName(table.indexes, there.indexes),
    },
  };
}
