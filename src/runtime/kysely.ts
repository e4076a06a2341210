import { createRequire } from 'node:module';
import { join } from 'node:path';
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  Kysely,
  Dialect as KyselyDialect,
  QueryResult,
} from 'kysely';
import type { Connection, Parameter } from '../dialect/connection.ts';
import { ArgumentError } from '../errors.ts';
import type { BindHost } from './bind-host.ts';
import { noteCall } from './call-site.ts';

type KyselyModule = typeof import('kysely');

/** A Kysely instance whose queries take their place among the operations of a bind. */
export function openKysely<DB>(host: BindHost): Kysely<DB> {
  const kysely = loadKysely(host.file);
  return new kysely.Kysely<DB>({ dialect: dialectOver(kysely, host) });
}

/** The Kysely that the user's own code imports: looked for from the revision's file, then from the working directory, then from here. */
function loadKysely(file: string | null): KyselyModule {
  const places = [file, join(process.cwd(), 'index.js'), import.meta.url].filter((place) => place !== null);
  let cause: unknown;
  for (const place of places) {
    try {
      // `require` of an ES module gives the same instance as `import`, and needs no waiting
      return createRequire(place)('kysely') as KyselyModule;
    } catch (error) {
      cause = error;
    }
  }
  throw new ArgumentError(
    'KYSELY_MISSING',
    'getBind().kysely() needs the package kysely in your project: npm install kysely',
    {
      cause,
    },
  );
}

function dialectOver(kysely: KyselyModule, host: BindHost): KyselyDialect {
  const driver = new BindDriver(host);
  switch (host.dialect.name) {
    case 'sqlite':
      return {
        createAdapter: () => new kysely.SqliteAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new kysely.SqliteIntrospector(db),
        createQueryCompiler: () => new kysely.SqliteQueryCompiler(),
      };
    case 'postgresql':
      return {
        createAdapter: () => new kysely.PostgresAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new kysely.PostgresIntrospector(db),
        createQueryCompiler: () => new kysely.PostgresQueryCompiler(),
      };
    default:
      return {
        createAdapter: () => new kysely.MysqlAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new kysely.MysqlIntrospector(db),
        createQueryCompiler: () => new kysely.MysqlQueryCompiler(),
      };
  }
}

/** Its own calls between the revision's and ours. */
const framesOfKysely = 30;

/** Kysely's driver over a bind. A transaction of Kysely's is a savepoint of ours. */
class BindDriver implements Driver {
  readonly #host: BindHost;
  readonly #open: string[] = [];
  #savepoints = 0;

  constructor(host: BindHost) {
    this.#host = host;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return {
      executeQuery: <Row>(query: CompiledQuery) => this.#query<Row>(query),
      streamQuery: <Row>(query: CompiledQuery) => this.#stream<Row>(query),
    };
  }

  async beginTransaction(): Promise<void> {
    const name = `alembic_kysely_${++this.#savepoints}`;
    await this.#exec(`SAVEPOINT ${name}`);
    this.#open.push(name);
  }

  async commitTransaction(): Promise<void> {
    await this.#exec(`RELEASE SAVEPOINT ${this.#open.pop()}`);
  }

  async rollbackTransaction(): Promise<void> {
    const name = this.#open.pop();
    await this.#exec(`ROLLBACK TO SAVEPOINT ${name}`);
    await this.#exec(`RELEASE SAVEPOINT ${name}`);
  }

  async releaseConnection(): Promise<void> {}

  /** The connection isn't Kysely's to close. */
  async destroy(): Promise<void> {}

  async *#stream<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.#query<Row>(query);
  }

  async #query<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const run = (connection: Connection): Promise<QueryResult<Row>> => runQuery<Row>(connection, query);
    // Kysely rolls its own transaction back when a query of it fails
    return this.#host
      .queue()
      .work(run, noteCall(this.#query, framesOfKysely), { recovers: this.#open.length > 0 });
  }

  async #exec(sql: string): Promise<void> {
    const site = noteCall(this.#exec, framesOfKysely);
    await this.#host.queue().work((connection) => connection.exec(sql), site);
  }
}

const changing: readonly string[] = [
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
  'MergeQueryNode',
];

async function runQuery<Row>(
  connection: Connection,
  { sql, parameters, query }: CompiledQuery,
): Promise<QueryResult<Row>> {
  const rows = await connection.query<Row>(sql, parameters as readonly Parameter[]);
  if (!changing.includes(query.kind)) return { rows };
  if (connection.dialect.name !== 'sqlite') {
    const { changed = null } = connection;
    return { rows, ...(changed !== null && { numAffectedRows: BigInt(changed) }) };
  }
  const counts = 'SELECT changes() AS changed, last_insert_rowid() AS id';
  const [{ changed = 0, id = 0 } = {}] = await connection.query<{ changed?: number; id?: number }>(counts);
  const insertId = query.kind === 'InsertQueryNode' ? { insertId: BigInt(id) } : {};
  return { rows, numAffectedRows: BigInt(changed), ...insertId };
}
