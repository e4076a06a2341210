import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import { type Operation, tableOf } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import { cutIdentifier, quoteIdentifier } from '../identifiers.ts';

/** What a plan has done to indexes of materialized views so far: the catalogue, read before it runs, doesn't know of it. */
export class PlannedIndexes {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  /** in their order, by schema and name */
  readonly #made = new Map<string, CreateIndex>();
  readonly #dropped = new Set<string>();

  constructor(state: PlanState, dialect: Dialect) {
    this.#state = state;
    this.#dialect = dialect;
  }

  /** To be told of each operation, in their order. */
  note(operation: Operation): void {
    if (operation.kind === 'createIndex') {
      const op = operation as CreateIndex;
      this.#made.set(keyOf({ schema: op.schema, name: cutIdentifier(op.index.name ?? '') }), op);
    } else if (operation.kind === 'dropIndex') {
      const { schema, name } = operation as DropIndex;
      const key = keyOf({ schema, name: cutIdentifier(name) });
      this.#made.delete(key);
      this.#dropped.add(key);
    }
  }

  /** The statements that make what hangs on a view again, from those for the catalogue's. */
  settled(view: QualifiedName, statements: readonly string[]): readonly string[] {
    const gone = [...this.#dropped]
      .filter((key) => key === keyOf({ ...view, name: nameIn(key) }))
      .map(nameIn);
    const made = [...this.#made.values()].filter((op) => isSame(tableOf(op), view));
    if (gone.length === 0 && made.length === 0) return statements;
    const kept = statements.filter((sql) => !gone.some((name) => isOfIndex(sql, name)));
    const again = made.flatMap((op) => this.#state.definitions.sql(op, this.#dialect).map(({ sql }) => sql));
    return [...again, ...kept];
  }
}

function nameIn(key: string): string {
  return key.slice(key.indexOf('\0') + 1);
}

function isSame(a: QualifiedName, b: QualifiedName): boolean {
  return a.schema === b.schema && cutIdentifier(a.name) === cutIdentifier(b.name);
}

/** Whether a statement of the server's makes the index, or says something of it. */
export function isOfIndex(sql: string, name: string): boolean {
  return [name, quoteIdentifier(name)].some(
    (called) =>
      sql.startsWith(`CREATE INDEX ${called} ON `) ||
      sql.startsWith(`CREATE UNIQUE INDEX ${called} ON `) ||
      sql.startsWith(`COMMENT ON INDEX ${called} IS `) ||
      (/^COMMENT ON INDEX /.test(sql) && sql.includes(`.${called} IS `)) ||
      (/^ALTER MATERIALIZED VIEW /.test(sql) && sql.endsWith(` CLUSTER ON ${called}`)),
  );
}
