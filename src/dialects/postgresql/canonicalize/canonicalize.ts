import type { Connection } from '../../../dialect/connection.ts';
import { displayName } from '../../../schema/names.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { log } from '../../../util/logging.ts';
import { canonicalType } from '../canonical-type.ts';
import { defaultSchema } from '../default-schema.ts';
import { enumsOf } from '../enums.ts';
import { impliedChecks } from '../implied-checks.ts';
import { completeColumns } from '../inheritance/complete-columns.ts';
import { sameWords } from '../same-words.ts';
import { adoptColumnOptions } from './adopt-column-options.ts';
import { adoptCounting } from './adopt-counting.ts';
import { adoptCutNames, adoptNames } from './adopt-names.ts';
import { adoptOrderOfParents, adoptPartitions } from './adopt-partitions.ts';
import { adoptSequences } from './adopt-sequences.ts';
import { adoptStorage } from './adopt-storage.ts';
import { type Answer, type Ask, askAgain, askKey, askValue } from './ask.ts';
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
  const current = await defaultSchema(connection);
  const known = tables.map((table): Omit<Pair, 'printed'> => {
    const canonical = canonicalTable(table, current);
    const there = database.table(canonical) ?? null;
    const own = withoutChecksOfNewColumns(canonical, table, there);
    return { canonical: adoptOrderOfParents(adoptCutNames(own, table, there), there), there };
  });
  const pairs = completeColumns(known).map((canonical, i): Pair => {
    return { canonical, there: known[i]?.there ?? null, printed: new Map() };
  });
  const newEnums = enumsOf(tables).filter((each) => database.get('enum', each) === undefined);
  const ask = (asks: readonly Ask[]): Promise<Answers> => askServer(asks, newEnums, connection);
  await fillIn(pairs, ask, current, connection.display);
  await reread(pairs, ask);
  await adoptPartitions(pairs, database, connection);
  await adoptStorage(pairs, current, connection);
  return deepFreeze(
    pairs.map(({ canonical, there }) => {
      const counting = adoptSequences(adoptCounting(canonical, there, current), there, database);
      return adoptNames(adoptColumnOptions(counting, there), there);
    }),
  );
}

/** A column that is added brings the check that its type asks for. Such checks stand behind the table's own. */
function withoutChecksOfNewColumns(canonical: Table, given: Table, there: Table | null): Table {
  if (there === null) return canonical;
  const columns = given.columns.flatMap((column, i) =>
    impliedChecks({ columns: [column] }).map(() => canonical.columns[i]?.name),
  );
  const constraints = canonical.constraints.filter((_, i) => {
    const column = columns[i - given.constraints.length];
    return column === undefined || columnOf(there, column) !== undefined;
  });
  return { ...canonical, constraints };
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

/** Takes what is there for the model's where both come out the same when they are read again, or are the same value. */
async function reread(pairs: readonly Pair[], ask: AskAll): Promise<void> {
  let open = pairs.flatMap((pair) => {
    const { canonical, there } = pair;
    const question = there && questionAbout(canonical, there);
    if (there === null || question === null) return [];
    const areSameTypes = haveSameTypes(canonical, there);
    const rivals = new Map(slotsOf(rivalOf(question, there)).map((slot) => [slot.path, slot]));
    return slotsOf(question).flatMap((mine): readonly Rivals[] => {
      const theirs = rivals.get(mine.path);
      if (theirs === undefined || deepEqual(mine.value, theirs.value)) return [];
      // an expression over columns of other types is another one; a default names none
      if (!areSameTypes && mine.ask.kind !== 'default') return [];
      const printed = pair.printed.get(mine.path);
      return [
        {
          pair,
          mine,
          theirs,
          asks: [printed === undefined ? mine.ask : askAgain(mine.ask, printed), theirs.ask],
        },
      ];
    });
  });
  for (let pass = 0; pass < rereadings && open.length > 0; pass++) {
    const asked = open.flatMap(({ asks }) => asks);
    const values = pass === 0 ? asked.flatMap((each) => askValue(each) ?? []) : [];
    const { answers } = await ask([...asked, ...values]);
    const told = new Map(values.map((each, i) => [askKey(each), answers[asked.length + i]?.printed]));
    open = open.flatMap((each, i): readonly Rivals[] => {
      const [mine, theirs] = answers.slice(2 * i, 2 * i + 2);
      if (mine === undefined || theirs === undefined) return [];
      const [own, other] = each.asks.map((one) => told.get(askKey(askValue(one) ?? one)));
      const areDigits = isNumber.test(mine.printed) && isNumber.test(theirs.printed);
      if (sameWords(mine.printed, theirs.printed) || (!areDigits && own !== undefined && own === other)) {
        each.pair.canonical = each.mine.put(each.pair.canonical, each.theirs.value);
        return [];
      }
      return [
        { ...each, asks: [askAgain(each.mine.ask, mine.printed), askAgain(each.theirs.ask, theirs.printed)] },
      ];
    });
  }
}

/** The same place of the model and of what is there, and what is asked about both. */
interface Rivals {
  readonly pair: Pair;
  readonly mine: Slot;
  readonly theirs: Slot;
  readonly asks: readonly [mine: Ask, theirs: Ask];
}

/** 1.0 and 1.00 are one value to a float; who writes the one for the other means it, and no database puts one in the other's place. */
const isNumber = /^\(?-?[\d.]+\)?$/;

/** After so many the server prints what it read. */
const rereadings = 2;

/**
 * The same places with what the database has there, as far as names tell which that is: for what the model leaves unnamed, the name that the server makes up
 * or that of the same definition.
 */
function rivalOf(question: Question, there: Table): Question {
  const { table } = question;
  const named = adoptNames(table, there);
  const byName = <T extends { readonly name: string | null; readonly kind: string }>(
    mine: readonly T[],
    names: readonly { readonly name: string | null }[],
    theirs: readonly T[],
  ): readonly T[] =>
    mine.map(
      (each, i) => theirs.find((other) => other.name === names[i]?.name && other.kind === each.kind) ?? each,
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
      constraints: byName(table.constraints, named.constraints, there.constraints),
      indexes: byName(table.indexes, named.indexes, there.indexes),
    },
  };
}
