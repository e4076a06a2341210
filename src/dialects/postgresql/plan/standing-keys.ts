import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { DropIndex } from '../../../objects/index/operations.ts';
import { type Operation, tableOf, targetOf } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { nameOfDropped } from './drop-constraint.ts';

/** A foreign key, and what it stands on. */
interface StandingKey {
  readonly name: string;
  readonly table: QualifiedName;
  readonly referred: QualifiedName;
  readonly referredColumns: readonly string[];
  /** what stands after ADD CONSTRAINT name, in the server's words: also what no model of ours holds */
  readonly definition: string;
  readonly comment: string | null;
  /** of the referred table's key */
  readonly index: string;
}

/**
 * The foreign keys that stand on a key which is dropped, and on one that is made in its stead by a later operation of the plan: the server drops no key
 * under them. They are taken down before, and up again as soon as the table has a key over their columns.
 */
export class StandingKeys {
  readonly #state: PlanState;
  readonly #operations: readonly Operation[];
  /** of the database, by the index that they stand on, when they were first asked for */
  #there: readonly StandingKey[] | null = null;
  /** taken down, and not up yet */
  #down: { readonly key: StandingKey; readonly dropped: string }[] = [];

  /** `operations`: all of the plan */
  constructor(state: PlanState, operations: readonly Operation[]) {
    this.#state = state;
    this.#operations = operations;
  }

  /** What has to run before an operation: DROP CONSTRAINT for what stands on the key that it drops. */
  async takeDown(operation: Operation, following: readonly Operation[]): Promise<readonly StatementParts[]> {
    if (this.#state.connection === null) return [];
    const index = await droppedKey(operation, following, this.#state);
    if (index === null) return [];
    this.#there ??= await this.#read();
    const statements: StatementParts[] = [];
    for (const key of this.#there) {
      const isThis = key.index === cutIdentifier(index.name) && isSame(key.referred, index.table);
      if (!isThis || this.#down.some((each) => each.key === key)) continue;
      // what drops it too, but too late, is left to fail
      if (following.some((later) => drops(later, key)) || !(await this.#isThere(key))) continue;
      this.#down.push({ key, dropped: index.name });
      statements.push({
        sql: `ALTER TABLE ${quoteName(key.table)} DROP CONSTRAINT ${quoteIdentifier(key.name)}`,
      });
    }
    return statements;
  }

  /** What has to run after an operation: ADD CONSTRAINT for what was taken down and can stand again. */
  async takeUp(operation: Operation): Promise<readonly StatementParts[]> {
    const target = targetOf(operation);
    if (target === null || !this.#down.some(({ key }) => isSame(key.referred, target))) return [];
    const table = await this.#state.table(target);
    const able = this.#down.filter(
      ({ key }) => isSame(key.referred, target) && table !== null && canCarry(table, key.referredColumns),
    );
    this.#down = this.#down.filter((each) => !able.includes(each));
    return able.flatMap(({ key }) => {
      const alter = `ALTER TABLE ${quoteName(key.table)}`;
      const name = quoteIdentifier(key.name);
      return [
        { sql: `${alter} ADD CONSTRAINT ${name} ${key.definition}` },
        ...(key.comment === null
          ? []
          : [{ sql: `COMMENT ON CONSTRAINT ${name} ON ${quoteName(key.table)} IS ${literal(key.comment)}` }]),
      ];
    });
  }

  /**
   * To be called at the end of a plan.
   *
   * @throws ArgumentError `NO_REFERENCED_KEY` where a foreign key would be left without anything to stand on.
   */
  refuseLeftDown(): void {
    const [left] = this.#down;
    if (left === undefined) return;
    const { key, dropped } = left;
    const columns = key.referredColumns.join(', ');
    throw new ArgumentError(
      'NO_REFERENCED_KEY',
      `The foreign key '${key.name}' of table '${displayName(key.table)}' stands on '${dropped}' of table '${displayName(key.referred)}', which is dropped, and nothing makes another primary key or unique constraint over (${columns}). Keep one over these columns, or drop the foreign key before. (Only operations that run without an await or an execute between them are seen together.)`,
    );
  }

  async #isThere(key: StandingKey): Promise<boolean> {
    // a plan may have dropped it, or its table, by now
    const table = await this.#state.table(key.table);
    return table?.constraints.some((each) => each.kind === 'foreignKey' && each.name === key.name) ?? false;
  }

  /** One query, about the tables of the plan; each table is called as the plan calls it. */
  async #read(): Promise<readonly StandingKey[]> {
    const names = [...new Set(this.#operations.flatMap((op) => targetOf(op)?.name ?? []))];
    const rows = (await this.#state.connection?.readCatalogue<Row>(standingKeys(names))) ?? [];
    const called = this.#operations.flatMap((op) => targetOf(op) ?? []);
    const label = (schema: string, name: string, current: string | null): QualifiedName => {
      const own = { schema, name };
      if (schema !== current) return own;
      return called.find((each) => each.name === name && each.schema === schema) ?? { schema: null, name };
    };
    return rows.map((row) => ({
      name: row.name,
      table: label(row.schema, row.table, row.current),
      referred: label(row.referred_schema, row.referred_table, row.current),
      referredColumns: JSON.parse(row.columns) as string[],
      definition: row.definition,
      comment: row.comment,
      index: row.index,
    }));
  }
}

interface Row {
  readonly current: string | null;
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly referred_schema: string;
  readonly referred_table: string;
  /** JSON */
  readonly columns: string;
  readonly definition: string;
  readonly comment: string | null;
  readonly index: string;
}

/** Those of partitions, which come and go with their table's, left out. */
function standingKeys(referredTables: readonly string[]): string {
  const names = referredTables.map((name) => literal(cutIdentifier(name))).join(', ');
  return `select current_schema()::text as current, k.conname::text as name, n.nspname::text as schema, c.relname::text as table,
  rn.nspname::text as referred_schema, r.relname::text as referred_table,
  (select json_agg(a.attname order by x.place) from unnest(k.confkey) with ordinality x(number, place)
    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.number)::text as columns,
  pg_get_constraintdef(k.oid) as definition, obj_description(k.oid, 'pg_constraint') as comment, i.relname::text as index
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace join pg_class i on i.oid = k.conindid
where k.contype = 'f' and k.conparentid = 0 and r.relname in (${names})
order by n.nspname, c.relname, k.conname`;
}

/** The key, by the index behind it, that an operation drops; null where it drops none, or that isn't known. */
async function droppedKey(
  operation: Operation,
  following: readonly Operation[],
  state: PlanState,
): Promise<{ readonly table: QualifiedName; readonly name: string } | null> {
  if (operation.kind === 'dropConstraint') {
    const op = operation as DropConstraint;
    if (op.type !== null && op.type !== 'primaryKey' && op.type !== 'unique') return null;
    const name = op.name ?? (await nameOfDropped(op, state));
    return name === null ? null : { table: tableOf(op), name };
  }
  if (operation.kind !== 'dropIndex') return null;
  // most indexes are no keys, and asking costs: it is asked where a key is made afterwards
  const { table, schema, name } = operation as DropIndex;
  if (table === null) return null;
  const owner = { schema, name: table };
  return following.some((op) => makesKey(op) && isSame(targetOf(op), owner)) ? { table: owner, name } : null;
}

function drops(operation: Operation, { name, table }: StandingKey): boolean {
  if (!isSame(targetOf(operation), table)) return false;
  return (
    operation.kind === 'dropTable' ||
    (operation.kind === 'dropConstraint' && (operation as DropConstraint).name === name)
  );
}

function makesKey(operation: Operation): boolean {
  if (operation.kind === 'createIndex')
    return (operation as Operation & { readonly index: { readonly unique: boolean } }).index.unique;
  return operation.kind === 'createPrimaryKey' || operation.kind === 'createUniqueConstraint';
}

/** Whether a foreign key can refer to these columns: in any order, by a key that holds at once and for every row. */
function canCarry({ constraints, indexes }: Table, columns: readonly string[]): boolean {
  const wanted = columns.toSorted().join('\0');
  const fits = (own: readonly (string | null)[]): boolean => own.toSorted().join('\0') === wanted;
  return (
    constraints.some(
      (each) =>
        (each.kind === 'primaryKey' || each.kind === 'unique') && !isDeferrable(each) && fits(each.columns),
    ) ||
    indexes.some(
      ({ unique, where, elements }) => unique && where === null && fits(elements.map(({ column }) => column)),
    )
  );
}

function isDeferrable(key: {
  readonly deferrable: boolean | null;
  readonly initially: string | null;
}): boolean {
  return key.deferrable === true || key.initially === 'DEFERRED';
}

function isSame(a: QualifiedName | null, b: QualifiedName | null): boolean {
  return a !== null && b !== null && a.name === b.name && a.schema === b.schema;
}
