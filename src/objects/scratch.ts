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
