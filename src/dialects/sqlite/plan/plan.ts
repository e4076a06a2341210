import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Statement } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import type { Batch } from '../../../operations/batch.ts';
import type { Operation } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { NamingConvention } from '../../../schema/naming.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { createTableSql } from '../writer/create-table.ts';
import { checkedStatement } from './checked-statement.ts';
import { namingConventions, unnamedConstraint } from './conventional-names.ts';
import { groupOperations, isGroup, type TableGroup } from './group-operations.ts';
import { applyTo, isRename, KnownTables } from './known-tables.ts';
import { createIndexSql, type NativeContext, nativeSql, needsTable, renameColumnSql } from './native-sql.ts';
import { RebuildPart } from './rebuild-part.ts';
import { rebuildStatement } from './rebuild-statement.ts';
import { reorderColumns } from './reorder-columns.ts';
import { unknownTable } from './unknown-table.ts';

/** Kinds that are nothing on SQLite: its enums are strings. */
const nothing = new Set(['createEnum', 'dropEnum', 'alterEnum']);

/**
 * Words operations for SQLite. What ALTER TABLE can do stays one; all else becomes one rebuild for each table, at the place of the first of its operations; a new table is
 * made with everything that is added to it later.
 *
 * @throws ArgumentError `CANNOT_REPRINT` for a table that a rebuild would change in more than was asked for, `NOT_IN_MODEL`, `UNSUPPORTED_OPERATION`.
 */
export async function plan(
  operations: readonly Operation[],
  state: PlanState,
  dialect: Dialect,
): Promise<readonly Statement[]> {
  return new Planner(state, dialect).plan(operations);
}

class Planner {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  readonly #known: KnownTables;
  readonly #statements: Statement[] = [];
  /** a kind of operation that we don't know has come by: it may have made a view */
  #mayHaveViews = false;
  /** what stands in for an operation in the plan → the operation */
  readonly #originals = new Map<Operation, Operation>();
  #features: Promise<Pick<NativeContext, 'hasDependents' | 'altersConstraints'>> | null = null;

  constructor(state: PlanState, dialect: Dialect) {
    this.#state = state;
    this.#dialect = dialect;
    this.#known = new KnownTables(state);
  }

  async plan(operations: readonly Operation[]): Promise<readonly Statement[]> {
    const conventions = namingConventions(operations);
    for (const step of groupOperations(operations)) {
      if (!isGroup(step)) await this.#alone(step);
      else if (step.operations[0]?.kind === 'createTable') await this.#create(step);
      else await this.#alter(await this.#withFoundNames(step, conventions));
    }
    return this.#statements.map((statement) => ({
      ...statement,
      operations: statement.operations.map((operation) => this.#originals.get(operation) ?? operation),
    }));
  }

  async #alone(operation: Operation): Promise<void> {
    const { definitions } = this.#state;
    const parts = nothing.has(operation.kind) ? [] : definitions.sql(operation, this.#dialect);
    this.#statements.push(...parts.map((part) => ({ ...part, operations: [operation] })));
    if (!['dropTable', 'renameTable', 'bulkInsert', ...nothing].includes(operation.kind))
      this.#mayHaveViews = true;
    await this.#known.apply(operation);
  }

  async #create(group: TableGroup): Promise<void> {
    const [first, ...rest] = group.operations as [CreateTable, ...Operation[]];
    if (first.ifNotExists && (await this.#known.table(group.table)) !== null) {
      return this.#alter({ ...group, operations: rest });
    }
    for (const operation of group.operations) await this.#known.apply(operation);
    const table = await this.#table(group.table);
    this.#emit(
      createTableSql(table, { ifNotExists: first.ifNotExists }),
      group.operations.filter(({ kind }) => kind !== 'createIndex'),
    );
    for (const index of table.indexes) {
      const own = group.operations.find((operation) => 'index' in operation && operation.index === index);
      this.#emit(createIndexSql(index, table, first.ifNotExists), [own ?? first]);
    }
  }

  async #alter(group: TableGroup): Promise<void> {
    const { operations, batch } = group;
    const recreate = batch?.recreate ?? 'auto';
    const isForced = recreate === 'always' || (batch?.partialReordering ?? []).length > 0;
    if (operations.length === 0 && !isForced) return;
    if (batch?.copyFrom)
      this.#known.assume(
        deepFreeze({ ...batch.copyFrom, name: group.table.name, schema: group.table.schema }),
      );
    const native = isForced && recreate !== 'never' ? null : await this.#native(group);
    if (native === null) {
      if (recreate !== 'never') return this.#rebuild(group);
      throw new ArgumentError(
        'UNSUPPORTED_OPERATION',
        `batchAlterTable('${displayName(group.table)}'): SQLite can't do this without rebuilding the table, and recreate: 'never' forbids that.`,
      );
    }
    for (const [i, operation] of operations.entries()) {
      const table = operations.some(needsTable) ? await this.#table(group.table) : null;
      for (const sql of native[i] ?? []) this.#statements.push(checkedStatement(sql, operation, table));
      await this.#known.apply(operation);
    }
  }

  /** Drops of constraints by the names that a convention would give them, as drops of those constraints. */
  async #withFoundNames(
    group: TableGroup,
    conventions: ReadonlyMap<Operation, NamingConvention>,
  ): Promise<TableGroup> {
    if (!group.operations.some((operation) => conventions.has(operation))) return group;
    const table = await this.#table(group.table);
    const operations = group.operations.map((operation) => {
      const convention = conventions.get(operation);
      const found = convention && unnamedConstraint(table, operation as DropConstraint, convention);
      if (!found) return operation;
      const drop = deepFreeze<DropConstraint>({ ...(operation as DropConstraint), name: null, was: found });
      this.#originals.set(drop, operation);
      return drop;
    });
    return { ...group, operations };
  }

  /** What SQLite has its own statements for; null unless that is all. */
  async #native({ table: name, operations }: TableGroup): Promise<readonly (readonly string[])[] | null> {
    const table = operations.some(needsTable) ? await this.#table(name) : null;
    const scratch = table === null ? null : new SchemaModel([table]);
    const features =
      table === null ? { hasDependents: false, altersConstraints: false } : await this.#nativeFeatures();
    const found: (readonly string[])[] = [];
    for (const operation of operations) {
      const sql = nativeSql(operation, { ...features, table: scratch?.table(name) ?? null });
      if (sql === null) return null;
      found.push(sql);
      if (scratch !== null) applyTo(scratch, operation, this.#state.definitions);
    }
    return found;
  }

  #nativeFeatures(): Promise<Pick<NativeContext, 'hasDependents' | 'altersConstraints'>> {
    this.#features ??= this.#askFeatures();
    return this.#features.then((features) => ({
      ...features,
      hasDependents: features.hasDependents || this.#mayHaveViews,
    }));
  }

  async #askFeatures(): Promise<Pick<NativeContext, 'hasDependents' | 'altersConstraints'>> {
    const { connection } = this.#state;
    if (connection === null) return { hasDependents: false, altersConstraints: false };
    const [row] = await connection.query<{ version: string; dependents: number }>(
      `SELECT sqlite_version() AS version, EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ('view', 'trigger')) OR
        EXISTS (SELECT 1 FROM sqlite_temp_schema WHERE type IN ('view', 'trigger')) AS dependents`,
    );
    const [major = 0, minor = 0] = (row?.version ?? '').split('.').map(Number);
    return {
      hasDependents: row?.dependents === 1,
      altersConstraints: major > 3 || (major === 3 && minor >= 53),
    };
  }

  async #rebuild({ table: name, operations, batch }: TableGroup): Promise<void> {
    let part = this.#part(await this.#table(name));
    for (const operation of operations) {
      if (isRename(operation)) {
        if (part.isInTheWay(operation)) {
          this.#emitRebuild(part, await this.#table(name), false);
          part = this.#part(await this.#table(name));
        }
        if (part.rename(operation)) this.#emit(renameColumnSql(operation), [operation]);
      }
      const before = await this.#table(name);
      await this.#known.apply(operation);
      part.follow(operation, before, await this.#table(name));
    }
    this.#emitRebuild(part, this.#wished(await this.#table(name), batch), batch?.recreate === 'always');
  }

  #part(table: Table): RebuildPart {
    return new RebuildPart(table, this.#state.definitions);
  }

  #emitRebuild({ old, copied, operations }: RebuildPart, table: Table, always: boolean): void {
    const isSame = deepEqual(old, table) && table.columns.every((column) => copied.has(column.name));
    if (!isSame || always) this.#statements.push(rebuildStatement({ old, table, copied }, operations));
  }

  /** What a batch asks for beyond its operations. */
  #wished(table: Table, batch: Batch | null): Table {
    if (batch === null) return table;
    const isThere = (constraint: Constraint): boolean =>
      table.constraints.some(
        (each) =>
          (each.name !== null && each.name === constraint.name) ||
          deepEqual({ ...each, name: constraint.name }, constraint),
      );
    const added = batch.tableArgs.filter((constraint) => !isThere(constraint));
    const wished = deepFreeze({
      ...table,
      columns: reorderColumns(table, batch.partialReordering ?? []),
      constraints: [...table.constraints, ...added],
    });
    this.#known.assume(wished);
    return wished;
  }

  async #table(name: QualifiedName): Promise<Table> {
    return (
      (await this.#known.table(name)) ?? Promise.reject(await unknownTable(name, this.#state.connection))
    );
  }

  #emit(sql: string, operations: readonly Operation[]): void {
    this.#statements.push({ sql, operations });
  }
}
