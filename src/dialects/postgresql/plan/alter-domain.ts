import type { Connection } from '../../../dialect/connection.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterDomain, CreateDomain, Domain } from '../../../objects/domain/operations.ts';
import {
  type PrintedDomain,
  printedDomainSql,
  readPrintedDomain,
} from '../../../operations/printed-domain.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import { columnOf } from '../../../schema/table.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { canonicalType, parseType } from '../canonical-type.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { collateSql } from '../type-sql.ts';
import { array } from '../types.ts';
import { defaultSql } from '../writer/column-sql.ts';
import { conversion } from './conversion.ts';
import { readHeldExpressions, withoutBaseCasts } from './read-held-expressions.ts';
import { readTypeUsers, type UserPart, type Users } from './read-users.ts';
import type { WordingContext } from './wording.ts';

/** Whether a domain is made anew: what it is made of can't be altered. */
export function isDomainRebuilt({ changes }: AlterDomain): boolean {
  return changes.type !== undefined || changes.collation !== undefined;
}

/**
 * ALTER DOMAIN, where the server has words for the change. With another type or collation the domain is made anew, and what stands on it is moved over: columns
 * and arrays in every schema, with their defaults, constraints, indexes, triggers and statistics; views are the plan's (see StandingViews). A value that the new
 * type doesn't hold as it is fails that.
 *
 * @throws ArgumentError `BLOCKED_BY_DEPENDENT` for what stands on the domain and can't be moved, `NOT_IN_MODEL`, `UNSUPPORTED_OPERATION` without a connection.
 */
export async function alterDomain(
  { newName, ...op }: AlterDomain,
  { state, dialect }: WordingContext,
): Promise<readonly StatementParts[]> {
  const { connection, definitions } = state;
  const renamed: AlterDomain = { ...op, ...(newName !== undefined && { newName }) };
  if (!isDomainRebuilt(op) || connection === null) return definitions.sql(renamed, dialect);
  const users = await readTypeUsers(connection, op, 'domain');
  const printed = await readDomain(op, connection);
  if (users === null || printed === null)
    throw new ArgumentError('NOT_IN_MODEL', `There is no domain '${displayName(op)}' to alter.`);
  refuseBlockers(op, users);
  const there: Domain = {
    kind: 'domain',
    name: op.name,
    schema: op.schema,
    ...readPrintedDomain(printed, parseType),
  };
  const made = applied(op, there, state);
  const create: CreateDomain = { kind: 'createDomain', domain: made };
  const old = { schema: op.schema, name: `${cutIdentifier(op.name).slice(0, 40)}__old` };
  const held = await stillHeld(op, users, state);
  const tables = Map.groupBy(held, ({ table }) => table);
  const parts = await partsOf(op, users, printed, state);
  const sql = [
    ...parts.toReversed().map(({ down }) => down),
    `ALTER DOMAIN ${quoteName(op)} RENAME TO ${quoteIdentifier(old.name)}`,
    ...definitions.sql(create, dialect).map((each) => each.sql),
    ...checkComments(op, printed, made),
    ...[...tables].map(([table, columns]) => {
      const moves = columns.map((each) => moveOver(each, there, made));
      return `ALTER TABLE ${table} ${moves.join(', ')}`;
    }),
    ...parts.flatMap(({ up }) => up),
    ...users.belongings.filter((each) => !each.startsWith('COMMENT ON ')),
    `DROP DOMAIN ${quoteName(old)}`,
    ...(newName === undefined ? [] : [`ALTER DOMAIN ${quoteName(op)} RENAME TO ${quoteIdentifier(newName)}`]),
  ];
  return sql.map((text) => ({ sql: text }));
}

async function readDomain(op: AlterDomain, connection: Connection): Promise<PrintedDomain | null> {
  const [row] = await connection.readCatalogue<{ domain: string }>(
    `SELECT (${printedDomainSql})::text AS domain FROM pg_type t WHERE t.oid = to_regtype(${literal(quoteName(op))}) AND t.typtype = 'd'`,
  );
  return row === undefined ? null : (JSON.parse(row.domain) as PrintedDomain);
}

function refuseBlockers(op: AlterDomain, { blockers }: Users): void {
  if (blockers.length === 0) return;
  throw new ArgumentError(
    'BLOCKED_BY_DEPENDENT',
    `The domain '${displayName(op)}' has to be made anew, since it gets another type or collation; and ${blockers.join(', ')} can't be moved over. Drop it before with op.execute, and make it again after.`,
    { details: { object: displayName(op), blockers } },
  );
}

/** The domain as the operation leaves it. */
function applied(op: AlterDomain, there: Domain, { definitions }: PlanState): Domain {
  const model = new SchemaModel([there]);
  definitions.apply(op, model);
  return model.get<Domain>('domain', op) ?? there;
}

type HeldColumn = Users['columns'][number] & {
  /** of the column, where it isn't the domain's */
  readonly collation: string | null;
};

/** The columns that are still of the domain after what the plan has done before. */
async function stillHeld(
  op: AlterDomain,
  { columns }: Users,
  state: PlanState,
): Promise<readonly HeldColumn[]> {
  const held: HeldColumn[] = [];
  for (const each of columns) {
    const table = await state.table(each);
    const column = table === null ? undefined : columnOf(table, each.column);
    const type = column?.type.item ?? column?.type;
    const isUnknown = type?.name === 'sqlType';
    if (isUnknown || type?.typeName === cutIdentifier(op.name))
      held.push({ ...each, collation: column?.type.collation ?? null });
  }
  return held;
}

type Part = Pick<UserPart, 'down' | 'up'>;

/** What is taken down and put up, as far as it is there after what the plan has done before; its expressions so that they follow the domain's new type. */
async function partsOf(
  op: AlterDomain,
  { parts }: Users,
  { type }: PrintedDomain,
  state: PlanState,
): Promise<readonly Part[]> {
  const found: Part[] = [];
  const expressions = state.connection === null ? [] : await readHeldExpressions(state.connection, op);
  for (const each of expressions) {
    const up = (await isThere(each.on, each.element, state)) ? withoutBaseCasts(each, type) : null;
    if (up !== null) found.push({ down: each.down, up });
  }
  for (const part of parts) {
    if (found.some(({ down }) => down === part.down)) continue;
    const { on, element, column } = part;
    if (on !== null && element !== null && !(await isThere(on, element, state))) continue;
    const kept = on === null || column === null ? part : await withDefault(part, on, column, state);
    if (kept !== null) found.push(kept);
  }
  return found;
}

async function isThere(on: QualifiedName, element: string, state: PlanState): Promise<boolean> {
  const table = await state.table(on);
  return [...(table?.constraints ?? []), ...(table?.indexes ?? [])].some(({ name }) => name === element);
}

/** A default as it is by now; null where there is none any more. */
async function withDefault(
  part: Part,
  on: QualifiedName,
  column: string,
  state: PlanState,
): Promise<Part | null> {
  const owner = await state.table(on);
  const there = owner === null ? undefined : columnOf(owner, column);
  if (there === undefined) return null;
  if (there.autoincrement === true) return part;
  if (there.serverDefault === null) return null;
  const alter = `ALTER TABLE ONLY ${quoteName(on)} ALTER COLUMN ${quoteIdentifier(column)}`;
  return { down: `${alter} DROP DEFAULT`, up: [`${alter} SET DEFAULT ${defaultSql(there.serverDefault)}`] };
}

function checkComments(op: AlterDomain, printed: PrintedDomain, made: Domain): readonly string[] {
  return printed.checks.flatMap(({ name, comment }) => {
    const kept = op.renameChecks[name] ?? name;
    if (comment === null || !made.checks.some((each) => each.name === kept)) return [];
    return [
      `COMMENT ON CONSTRAINT ${quoteIdentifier(kept)} ON DOMAIN ${quoteName(op)} IS ${literal(comment)}`,
    ];
  });
}

function moveOver({ column, isArray, collation }: HeldColumn, there: Domain, made: Domain): string {
  const own = (type: ColumnType): ColumnType => {
    const canonical = canonicalType(type, made.schema);
    return isArray ? array(canonical) : canonical;
  };
  const using = conversion(column, own(there.type), own(made.type));
  const words = `ALTER COLUMN ${quoteIdentifier(column)} TYPE ${quoteName(made)}${isArray ? '[]' : ''}${collateSql(collation)}`;
  return using === null ? words : `${words} USING ${using}`;
}
