import type { Connection } from '../dialect/connection.ts';

/** Something to make for a moment, and what to ask of it then. */
export interface ScratchQuestion {
  /** statements, each a text */
  readonly make: readonly string[];
  /** an expression of SQL that gives text */
  readonly ask: string;
}

export interface ScratchAnswers {
  /** one for each question; null where the server couldn't make it, or had nothing to say */
  readonly answers: readonly (string | null)[];
  /** what it couldn't make, in its words */
  readonly failures: readonly string[];
}

/**
 * Asks PostgreSQL for its own words: makes things, asks, and forgets them, in a transaction or savepoint that is rolled back. All at once in three round
 * trips; where one of them can't be made, one by one.
 */
export async function askScratch(
  connection: Connection,
  questions: readonly ScratchQuestion[],
): Promise<ScratchAnswers> {
  if (questions.length === 0) return { answers: [], failures: [] };
  return rolledBack(connection, async () => {
    const all = await attempt(connection, questions);
    if (!(all instanceof Error)) return { answers: all, failures: [] };
    const answers: (string | null)[] = [];
    const failures: string[] = [];
    for (const question of questions) {
      const one = await attempt(connection, [question]);
      answers.push(one instanceof Error ? null : (one[0] ?? null));
      if (one instanceof Error) failures.push(one.message);
    }
    return { answers, failures };
  });
}

/** Something to make for a moment that may stand on others. */
export interface ScratchPiece {
  readonly make: readonly string[];
  /** an expression of SQL that gives text, asked once all is made; null: nothing */
  readonly ask: string | null;
  /** places of the pieces before it without which it would be another thing */
  readonly needs: readonly number[];
}

/**
 * As {@link askScratch}, of things that stand on each other: what one is made of is there for the next. One that can't be made, or stands on such a one, has no
 * answer; where the beginning can't be made, none has.
 */
export async function askStanding(
  connection: Connection,
  beginning: readonly string[],
  pieces: readonly ScratchPiece[],
): Promise<readonly (string | null)[]> {
  return rolledBack(connection, async () => {
    if (!(await isMade(connection, beginning))) return pieces.map(() => null);
    const made = new Set<number>();
    if (
      await isMade(
        connection,
        pieces.flatMap(({ make }) => make),
      )
    )
      for (const place of pieces.keys()) made.add(place);
    else {
      for (const [place, { make, needs }] of pieces.entries())
        if (needs.every((each) => made.has(each)) && (await isMade(connection, make))) made.add(place);
    }
    const asks = pieces.map(({ ask }, place) =>
      made.has(place) && ask !== null ? `(${ask})::text` : 'NULL',
    );
    const [row] = await connection.query<{ answers: string }>(
      `SELECT json_build_array(${asks.join(', ')})::text AS answers`,
    );
    return JSON.parse(row?.answers ?? '[]') as readonly (string | null)[];
  });
}

async function isMade(connection: Connection, statements: readonly string[]): Promise<boolean> {
  // by itself: of a script that it can't parse the server runs nothing
  await connection.exec('SAVEPOINT alembic_scratch');
  try {
    await connection.exec(statements.join(';\n'));
    return true;
  } catch {
    await connection.exec('ROLLBACK TO SAVEPOINT alembic_scratch');
    return false;
  }
}

async function attempt(
  connection: Connection,
  questions: readonly ScratchQuestion[],
): Promise<readonly (string | null)[] | Error> {
  try {
    await connection.exec(questions.flatMap(({ make }) => make).join(';\n'));
    const [row] = await connection.query<{ answers: string }>(
      `SELECT json_build_array(${questions.map(({ ask }) => `(${ask})::text`).join(', ')})::text AS answers`,
    );
    return JSON.parse(row?.answers ?? '[]') as readonly (string | null)[];
  } catch (error) {
    return error as Error;
  } finally {
    await connection.exec('ROLLBACK TO SAVEPOINT alembic_scratch');
  }
}

async function rolledBack<T>(connection: Connection, fn: () => Promise<T>): Promise<T> {
  // never in one script with what is made: of one that it can't parse the server runs nothing, and there would be no savepoint to go back to
  const [enter, leave] = connection.inTransaction
    ? [
        'SAVEPOINT alembic_scratch',
        'ROLLBACK TO SAVEPOINT alembic_scratch; RELEASE SAVEPOINT alembic_scratch',
      ]
    : ['BEGIN; SAVEPOINT alembic_scratch', 'ROLLBACK'];
  await connection.exec(enter);
  try {
    return await fn();
  } finally {
    await connection.exec(leave);
  }
}
