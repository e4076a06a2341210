import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { DropIndex } from '../../../objects/index/operations.ts';
import { type Operation, tableOf, targetOf } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { nameOfDropped } from './drop-constraint.ts';
import { type Pair, readStandingKeys, type StandingKey } from './read-standing-keys.ts';

/**
 * The foreign keys under which the server doesn't do what a plan asks for: those on a key that is dropped and made again by a later operation, those whose columns
 * get other types on both sides, of which it could compare none in between, and those on a generated column that is made anew. They are taken down before, and up again as
 * soon as all their columns are what they will be and the table that they refer to has a key over them.
 */
export class StandingKeys {
  readonly #state: PlanState;
  readonly #operations: readonly Operation[];
  /** the operations after which the types of a foreign key's columns are others, or that may make a column anew */
  readonly #changes: readonly AlterColumn[];
  /** of the database, when they were first asked for */
  #there: readonly StandingKey[] | null = null;
  /** taken down, and not up yet */
  #down: { readonly key: StandingKey; readonly drop: DropConstraint }[] = [];

  /** `operations`: all of the plan */
  constructor(state: PlanState, operations: readonly Operation[]) {
    this.#state = state;
    this.#operations = operations;
    this.#changes = operations.filter(changesColumn);
  }

  /**
   * What has to run before an operation: DROP CONSTRAINT for what stands in its way.
   *
   * @throws ArgumentError `BLOCKED_BY_DEPENDENT` where a foreign key can't come up again, since the server can't compare what its columns will be.
   */
  async takeDown(operation: Operation, following: readonly Operation[]): Promise<readonly StatementParts[]> {
    const isInTheWay = await this.#obstructs(operation, following);
    if (isInTheWay === null) return [];
    const statements: StatementParts[] = [];
    for (const key of await this.#read()) {
      if (!isInTheWay(key) || this.#down.some((each) => each.key === key)) continue;
      const { name, table } = key;
      // a plan may have dropped it, or its table, by now
      const constraint = (await this.#state.table(table))?.constraints.find(
        (each) => each.kind === 'foreignKey' && each.name === name,
      );
      // what drops it too, but too late, is left to fail
      if (constraint === undefined || following.some((later) => drops(later, key))) continue;
      if (changesColumn(operation)) this.#refuseUnfit(operation, key);
      const drop: DropConstraint = {
        kind: 'dropConstraint',
        table: table.name,
        schema: table.schema,
        name,
        type: 'foreignKey',
        ifExists: false,
        was: constraint,
      };
      this.#down.push({ key, drop });
      statements.push({ sql: `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdentifier(name)}` });
      await this.#state.apply(drop);
    }
    return statements;
  }

  /**
   * What has to run after an operation: ADD CONSTRAINT for what was taken down and can stand again.
   *
   * @throws ArgumentError `UNSUPPORTED_OPERATION` where a name that a foreign key is made of changes while it is down.
   */
  async takeUp(operation: Operation, following: readonly Operation[]): Promise<readonly StatementParts[]> {
    const statements: StatementParts[] = [];
    for (const each of this.#down) {
      const { key, drop } = each;
      refuseRenamed(operation, key);
      if (following.some((later) => this.#stepsAside(key, later))) continue;
      const referred = await this.#state.table(key.referred);
      if (referred === null || !canCarry(referred, key.referredColumns)) continue;
      this.#down = this.#down.filter((other) => other !== each);
      const alter = `ALTER TABLE ${quoteName(key.table)}`;
      const name = quoteIdentifier(key.name);
      statements.push({ sql: `${alter} ADD CONSTRAINT ${name} ${key.definition}` });
      if (key.comment !== null)
        statements.push({
          sql: `COMMENT ON CONSTRAINT ${name} ON ${quoteName(key.table)} IS ${literal(key.comment)}`,
        });
      await this.#state.apply(this.#state.definitions.reverse(drop));
    }
    return statements;
  }

  /**
   * To be called at the end of a plan.
   *
   * @throws ArgumentError `NO_REFERENCED_KEY` where a foreign key would be left without anything to stand on.
   */
  refuseLeftDown(): void {
    const [left] = this.#down;
    if (left === undefined) return;
    const { key } = left;
    const columns = key.referredColumns.join(', ');
    throw new ArgumentError(
      'NO_REFERENCED_KEY',
      `The foreign key '${key.name}' of table '${displayName(key.table)}' stands on '${key.index}' of table '${displayName(key.referred)}', which is dropped, and nothing makes another primary key or unique constraint over (${columns}). Keep one over these columns, or drop the foreign key before. (Only operations that run without an await or an execute between them are seen together.)`,
    );
  }

  /** Which foreign keys an operation may not find; null where it minds none. */
  async #obstructs(
    operation: Operation,
    following: readonly Operation[],
  ): Promise<((key: StandingKey) => boolean) | null> {
    if (this.#state.connection === null) return null;
    if (changesColumn(operation)) {
      const place = this.#changes.indexOf(operation);
      const isUnfit = (pair: Pair): boolean =>
        pair.fits === false && [...pair.own, ...pair.referred].includes(place);
      return (key) => this.#stepsAside(key, operation) || key.pairs.some(isUnfit);
    }
    const dropped = await droppedKey(operation, following, this.#state);
    if (dropped === null) return null;
    return (key) => key.index === cutIdentifier(dropped.name) && isSame(key.referred, dropped.table);
  }

  /** Whether a foreign key has to be down while an operation changes one of its columns. */
  #stepsAside(key: StandingKey, operation: Operation): boolean {
    const place = changesColumn(operation) ? this.#changes.indexOf(operation) : -1;
    return key.pairs.some((pair) => {
      if (pair.remade.includes(place)) return true;
      const both = [...pair.own, ...pair.referred];
      if (!both.includes(place) || pair.own.length === 0 || pair.referred.length === 0) return false;
      return !pair.isSteady || both.some((each) => hasOwnConversion(this.#changes[each]!));
    });
  }

  #refuseUnfit(operation: AlterColumn, { pairs }: StandingKey): void {
    if (pairs.every(({ fits }) => fits !== false)) return;
    const place = this.#changes.indexOf(operation);
    const unfit = (this.#there ?? []).flatMap((key) => {
      const pair = key.pairs.find(
        ({ fits, own, referred }) => fits === false && [...own, ...referred].includes(place),
      );
      return pair === undefined ? [] : [{ key, pair }];
    });
    const blockers = unfit.map(
      ({ key, pair }) =>
        `the foreign key '${key.name}' of table '${displayName(key.table)}' (${pair.column} would be ${pair.types.own.name}, ${displayName(key.referred)}.${pair.referredColumn} ${pair.types.referred.name})`,
    );
    throw new ArgumentError(
      'BLOCKED_BY_DEPENDENT',
      `Column '${operation.column}' of table '${displayName(tableOf(operation))}' can't get another type under ${blockers.join(', ')}: the server can't compare these types. Change both columns with no await or execute between them, or drop the foreign key before with op.dropConstraint, and make it again after.`,
      { details: { object: `${displayName(tableOf(operation))}.${operation.column}`, blockers } },
    );
  }

  async #read(): Promise<readonly StandingKey[]> {
    const { connection } = this.#state;
    if (this.#there === null && connection !== null) {
      const called = this.#operations.flatMap((op) => targetOf(op) ?? []);
      this.#there = await readStandingKeys(connection, this.#changes, called);
    }
    return this.#there ?? [];
  }
}

/** Whether an operation changes the type of a column, or what it is computed from. */
function changesColumn(operation: Operation): operation is AlterColumn {
  if (operation.kind !== 'alterColumn') return false;
  const { changes } = operation as AlterColumn;
  return changes.type !== undefined || 'computed' in changes;
}

/** Whether values may be other ones afterwards, or compare otherwise, though the types are akin. */
function hasOwnConversion({ changes, options }: AlterColumn): boolean {
  return options.postgresql?.using !== undefined || changes.type?.collation !== undefined;
}

function refuseRenamed(operation: Operation, key: StandingKey): void {
  const target = targetOf(operation);
  const isOwn = isSame(target, key.table);
  const isReferred = isSame(target, key.referred);
  const renames = (): boolean => {
    if (operation.kind === 'renameTable') return isOwn || isReferred;
    if (operation.kind !== 'alterColumn') return false;
    const { column, changes } = operation as AlterColumn;
    const isNamed = (pair: Pair): boolean =>
      (isOwn && pair.column === cutIdentifier(column)) ||
      (isReferred && pair.referredColumn === cutIdentifier(column));
    return changes.name !== undefined && key.pairs.some(isNamed);
  };
  if (!renames()) return;
  throw new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `The foreign key '${key.name}' of table '${displayName(key.table)}' is taken down while its columns or its key change, and can't come up under another name of a column or table. Rename in an operation of its own, after all of them.`,
  );
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
