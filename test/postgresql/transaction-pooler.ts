import type { Connection, Engine } from '../../src/dialect/connection.ts';

/** An engine whose connections behave as those of a pooler in transaction mode do. */
export interface TransactionPooler extends Engine {
  /** the sessions behind it */
  readonly sessions: readonly Connection[];
}

/** Each transaction, and each statement outside of one, goes to the next of `count` sessions of `engine`. */
export async function transactionPooler(engine: Engine, count: number): Promise<TransactionPooler> {
  const sessions: Connection[] = [];
  for (let i = 0; i < count; i++) sessions.push(await engine.connect());
  const free = [...sessions];
  const waiting: ((session: Connection) => void)[] = [];
  const giveBack = (session: Connection): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next(session);
  };
  const take = (): Connection | Promise<Connection> =>
    free.shift() ?? new Promise((resolve) => waiting.push(resolve));

  return {
    dialect: engine.dialect,
    display: engine.display,
    sessions,
    connect: async () => pooled(take, giveBack, engine),
    dispose: async () => {
      for (const session of sessions) await session.close();
    },
  };
}

function pooled(
  take: () => Connection | Promise<Connection>,
  giveBack: (session: Connection) => void,
  { dialect, display }: Engine,
): Connection {
  let held: Connection | null = null;
  async function on<T>(work: (session: Connection) => Promise<T>): Promise<T> {
    const session = held ?? (await take());
    held = null;
    try {
      return await work(session);
    } finally {
      if (session.inTransaction) held = session;
      else giveBack(session);
    }
  }
  return {
    dialect,
    display,
    get raw() {
      return held?.raw ?? null;
    },
    get inTransaction() {
      return held !== null;
    },
    query: (text, parameters) => on((session) => session.query(text, parameters)),
    readCatalogue: (text) => on((session) => session.readCatalogue(text)),
    exec: (script) => on((session) => session.exec(script)),
    get runAll() {
      return held?.runAll;
    },
    begin: () => on((session) => session.begin()),
    commit: () => on((session) => session.commit()),
    rollback: () => on((session) => session.rollback()),
    savepoint: (fn) => on((session) => session.savepoint(fn)),
    takeNotices: () => [],
    close: async () => {},
  };
}
