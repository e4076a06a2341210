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
import { adoptNames } from './adopt-names.ts';
import type { Answer } from './ask.ts';
import { canonicalTable } from './canonical-table.ts';
import { haveSameTypes, type Question, questionAbout } from './questions.ts';
import { type Answers, askServer } from './scratch.ts';
import { type Slot, slotsOf } from './slots.ts';

/**
 * The model's tables as the server would report them. What is, word by word, what is there isn't asked; the rest is made and printed by the server, in one
 * round trip. Where that differs from what is there, both are read and printed once more, in a second: what comes out the same then is the same, since
 * the server doesn't always print again what it printed before (a dump that was restored has other words in its checks).
 *
 * What the server can't make keeps its text, and a warning says so.
 */
export async function canonicalize(
  tables: readonly Table[],
  database: SchemaModel,
  connection: Connection,
): Promise<readonly Table[]> {
  const current = await defaultSchema(connection);
  const pairs = tables.map((table): Pair => {
    const canonical = canonicalTable(table, current);
    return { canonical, there: database.table(canonical) ?? null };
  });
  const newEnums = enumsOf(tables).filter((each) => database.get('enum', each) === undefined);
  const ask = (slots: readonly Slot[]): Promise<Answers> =>
    askServer(
      slots.map((slot) => slot.ask),
      newEnums,
      connection,
    );
  await fillIn(pairs, ask, current, connection.display);
  await reread(pairs, ask);
  return deepFreeze(pairs.map(({ canonical, there }) => adoptNames(canonical, there)));
}

interface Pair {
  canonical: Table;
  readonly there: Table | null;
}

type AskSlots = (slots: readonly Slot[]) => Promise<Answers>;

/** Puts the server's words in the place of the model's. */
async function fillIn(
  pairs: readonly Pair[],
  ask: AskSlots,
  current: string | null,
  display: string,
): Promise<void> {
  const open = pairs.flatMap((pair) => {
    const question = pair.there && questionAbout(pair.canonical, pair.there);
    return question === null ? [] : slotsOf(question).map((slot) => ({ pair, slot }));
  });
  if (open.length === 0) return;
  const { answers, failures } = await ask(open.map(({ slot }) => slot));
  for (const [i, { pair, slot }] of open.entries()) {
    const answer = answers[i];
    if (answer !== undefined)
      pair.canonical = slot.put(pair.canonical, ofTable(answer, slot, pair.canonical.schema ?? current));
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
async function reread(pairs: readonly Pair[], ask: AskSlots): Promise<void> {
  const open = pairs.flatMap((pair) => {
    const { canonical, there } = pair;
    const question = there && haveSameTypes(canonical, there) ? questionAbout(canonical, there) : null;
    if (there === null || question === null) return [];
    const rivals = new Map(slotsOf(rivalOf(question, there)).map((slot) => [slot.path, slot]));
    return slotsOf(question).flatMap((mine) => {
      const theirs = rivals.get(mine.path);
      return theirs === undefined || deepEqual(mine.value, theirs.value) ? [] : [{ pair, mine, theirs }];
    });
  });
  if (open.length === 0) return;
  const { answers } = await ask([...open.map(({ mine }) => mine), ...open.map(({ theirs }) => theirs)]);
  for (const [i, { pair, mine, theirs }] of open.entries()) {
    const [a, b] = [answers[i], answers[open.length + i]];
    if (a !== undefined && deepEqual(a, b)) pair.canonical = mine.put(pair.canonical, theirs.value);
  }
}

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
