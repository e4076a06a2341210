import type { Connection } from '../../../dialect/connection.ts';
import { displayName } from '../../../schema/names.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import type { Table } from '../../../schema/table.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { log } from '../../../util/logging.ts';
import { defaultSchema } from '../default-schema.ts';
import { enumsOf } from '../enums-of.ts';
import { adoptNames } from './adopt-names.ts';
import { canonicalTable } from './canonical-table.ts';
import { haveSameTypes, type Question, questionAbout } from './questions.ts';
import { type Answers, ask } from './scratch.ts';

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
  const canonical = tables.map((table) => canonicalTable(table, current));
  const there = canonical.map((table) => database.table(table) ?? null);

  const pending = canonical.flatMap((table, i) => {
    const question = there[i] ? questionAbout(table, there[i]) : null;
    return question === null ? [] : [{ i, question }];
  });
  const newEnums = enumsOf(tables).filter((each) => database.get('enum', each) === undefined);
  const scratch = (questions: readonly Question[]): Promise<Answers> => ask(questions, newEnums, connection);
  await answer(canonical, pending, connection.display, scratch);
  await reread(canonical, there, pending, scratch);
  return deepFreeze(canonical.map((table, i) => adoptNames(table, there[i] ?? null)));
}

interface Pending {
  readonly i: number;
  readonly question: Question;
}

type Scratch = (questions: readonly Question[]) => Promise<Answers>;

async function answer(canonical: Table[], pending: readonly Pending[], display: string, scratch: Scratch): Promise<void> {
  if (pending.length === 0) return;
  const answers = await scratch(pending.map(({ question }) => question));
  for (const [n, { i }] of pending.entries()) canonical[i] = answers.tables[n] ?? canonical[i]!;
  if (answers.failures.length === 0) return;
  const names = pending.map(({ question }) => displayName(question.table)).join(', ');
  log('alembic').warn(
    `PostgreSQL couldn't put everything in the models of ${names} into its own words, so that it is compared as text, and may be taken for changed: ${[...new Set(answers.failures)].join('; ')}`,
    { database: display },
  );
}

/** Takes what is there for the model's where both come out the same when they are read again. */
async function reread(
  canonical: Table[],
  there: readonly (Table | null)[],
  pending: readonly Pending[],
  scratch: Scratch,
): Promise<void> {
  const open = pending.flatMap(({ i }) => {
    const [table, database] = [canonical[i]!, there[i] ?? null];
    if (database === null || !haveSameTypes(table, database)) return [];
    const question = questionAbout(table, database);
    const rival = question && rivalOf(question, database);
    return question === null || rival === null ? [] : [{ i, question, rival }];
  });
  if (open.length === 0) return;
  const answers = await scratch([...open.map(({ question }) => question), ...open.map(({ rival }) => rival)]);
  for (const [n, { i, question, rival }] of open.entries()) {
    const [mine, theirs] = [answers.tables[n], answers.tables[open.length + n]];
    if (mine !== undefined && theirs !== undefined) canonical[i] = merged(question, rival.table, mine, theirs);
  }
}

/** The same places with what the database has there, as far as it can be told which that is. */
function rivalOf({ table, columns, constraints, indexes }: Question, database: Table): Question {
  const named = <T extends { readonly name: string | null }>(mine: readonly T[], theirs: readonly T[]): readonly T[] =>
    mine.map((each) => theirs.find((other) => other.name !== null && other.name === each.name) ?? each);
  return {
    table: {
      ...table,
      columns: table.columns.map((column) => {
        const other = database.columns.find((each) => each.name === column.name);
        return other === undefined ? column : { ...column, serverDefault: other.serverDefault, computed: other.computed };
      }),
      constraints: named(table.constraints, database.constraints),
      indexes: named(table.indexes, database.indexes),
    },
    columns,
    constraints,
    indexes,
  };
}

function merged({ table, columns, constraints, indexes }: Question, rival: Table, mine: Table, theirs: Table): Table {
  const choose = <T>(places: readonly number[], of: (from: Table) => readonly T[]): readonly T[] =>
    of(table).map((own, place) =>
      places.includes(place) && deepEqual(of(mine)[place], of(theirs)[place]) ? (of(rival)[place] ?? own) : own,
    );
  return {
    ...table,
    columns: choose(columns, (from) => from.columns),
    constraints: choose(constraints, (from) => from.constraints),
    indexes: choose(indexes, (from) => from.indexes),
  };
}
