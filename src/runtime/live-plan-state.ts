import type { Connection } from '../dialect/connection.ts';
import type { PlanState } from '../dialect/plan-state.ts';
import { AlembicError, type ErrorCode } from '../errors.ts';
import { flattenBatches } from '../operations/containers.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import { keyOf, type QualifiedName } from '../schema/names.ts';
import { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';

/**
 * The state for one plan over a live connection. Nothing is read before the dialect asks; then every table that the plan's operations name is read
 * at once. What the plan has done so far is replayed over that, because none of it has run yet.
 */
export class LivePlanState implements PlanState {
  readonly definitions: Definitions;
  readonly connection: Connection;
  readonly avoids: ReadonlySet<ErrorCode>;
  readonly #expected: readonly Operation[];
  #base = new SchemaModel();
  #read = new Set<string>();
  /** those of which everything was read */
  #schemas: ReadonlySet<string | null> = new Set();
  #applied: Operation[] = [];
  /** `#base` after the first `#replayed` operations of `#applied` */
  #model = new SchemaModel();
  #replayed = 0;

  /** `expected`: the operations to be planned */
  constructor(
    definitions: Definitions,
    connection: Connection,
    expected: readonly Operation[],
    avoids: ReadonlySet<ErrorCode> = new Set(),
  ) {
    this.definitions = definitions;
    this.connection = connection;
    this.avoids = avoids;
    this.#expected = flattenBatches(expected);
  }

  async table(name: QualifiedName): Promise<Table | null> {
    if (!this.#schemas.has(name.schema) && !this.#read.has(keyOf(name))) await this.#readTables(name);
    return this.#moved().table(name) ?? null;
  }

  async get<T extends SchemaObject>(kind: T['kind'], name: QualifiedName): Promise<T | null> {
    if (kind === 'table') return (await this.table(name)) as T | null;
    return (await this.all()).get<T>(kind, name) ?? null;
  }

  async all(): Promise<SchemaModel> {
    if (this.#schemas.size === 0) await this.#readEverything();
    return this.#moved();
  }

  async apply(operation: Operation): Promise<void> {
    for (const each of flattenBatches([operation])) {
      if (this.definitions.isOpaque(each)) this.#forget();
      else this.#applied.push(each);
    }
  }

  async #readTables(asked: QualifiedName): Promise<void> {
    const operations = [...this.#expected, ...this.#applied];
    // an index may be dropped without saying whose it is
    if (
      this.#schemas.size === 0 &&
      operations.some((operation) => (operation as { table?: unknown }).table === null)
    ) {
      await this.#readEverything();
      if (this.#schemas.has(asked.schema)) return;
    }
    const names = new Map<string, QualifiedName>();
    for (const name of [asked, ...operations.flatMap(namedTable)]) {
      if (!this.#read.has(keyOf(name)) && !this.#schemas.has(name.schema)) names.set(keyOf(name), name);
    }
    const found = await this.connection.dialect.inspect(this.connection, {
      tables: [...names.values()],
      schemas: [...new Set([...names.values()].map((name) => name.schema))],
    });
    for (const key of names.keys()) this.#read.add(key);
    this.#restart(found);
  }

  async #readEverything(): Promise<void> {
    const schemas = new Set([null, ...this.#expected.flatMap(namedTable).map((name) => name.schema)]);
    const found = await this.connection.dialect.inspect(this.connection, { schemas: [...schemas] });
    this.#schemas = schemas;
    this.#restart(found);
  }

  #restart(found: SchemaModel = new SchemaModel()): void {
    for (const object of found.objects) this.#base.put(object);
    this.#model = this.#base.clone();
    this.#replayed = 0;
  }

  #moved(): SchemaModel {
    for (; this.#replayed < this.#applied.length; this.#replayed++) {
      try {
        this.definitions.apply(this.#applied[this.#replayed]!, this.#model);
      } catch (error) {
        // something that our reflection doesn't know; whether the operation can be done, the database says
        if (!(error instanceof AlembicError)) throw error;
      }
    }
    return this.#model;
  }

  #forget(): void {
    this.#base = new SchemaModel();
    this.#read = new Set();
    this.#schemas = new Set();
    this.#applied = [];
    this.#restart();
  }
}

/** The table that an operation names, whatever its kind: `table` is a name, or a whole table. */
function namedTable(operation: Operation): readonly QualifiedName[] {
  const { table, schema } = operation as { readonly table?: unknown; readonly schema?: unknown };
  if (typeof table === 'string') return [{ schema: typeof schema === 'string' ? schema : null, name: table }];
  if (typeof table === 'object' && table !== null && 'name' in table) return [table as QualifiedName];
  return [];
}
