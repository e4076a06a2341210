import { DatabaseError } from '../../../errors.ts';

interface PoolRequest<Client> {
  /** a client of the pool, as soon as there is one */
  readonly taken: Promise<Client>;
  readonly giveBack: (client: Client) => void;
  /** the database, for people */
  readonly display: string;
  /** in milliseconds */
  readonly timeout: number;
}

/**
 * Waits for a client of a user's pool.
 *
 * @throws DatabaseError `POOL_EXHAUSTED`; what the pool itself throws.
 */
export async function fromPool<Client>({
  taken,
  giveBack,
  display,
  timeout,
}: PoolRequest<Client>): Promise<Client> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(exhausted(display, timeout));
    }, timeout);
  });
  // a client that comes after all goes back
  taken.then(
    (client) => isLate && giveBack(client),
    () => {},
  );
  try {
    return await Promise.race([taken, limit]);
  } finally {
    clearTimeout(timer);
  }
}

export function exhausted(display: string, timeout: number, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'POOL_EXHAUSTED',
    `The pool for ${display} gave no connection within ${timeout / 1000} seconds: all of them are in use. Release some, or raise the pool's size.`,
    { cause, details: { database: display } },
  );
}
