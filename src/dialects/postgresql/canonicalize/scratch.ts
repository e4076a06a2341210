import type { Connection } from '../../../dialect/connection.ts';
import type { EnumObject } from '../../../schema/enum-object.ts';
import { sql } from '../../../schema/sql.ts';
import { createEnumSql } from '../enums.ts';
import { readExpression, withoutParentheses } from '../expressions.ts';
import { quoteIdentifier } from '../identifiers.ts';
import { type CatalogueParts, catalogueQuery } from '../inspect/catalogue-query.ts';
import { parseParts } from '../inspect/inspect.ts';
import { readColumn } from '../inspect/read-column.ts';
import { literal } from '../literals.ts';
import { serverVersion } from '../server-version.ts';
import { type Ask, askKey, type Told } from './ask.ts';

export interface Answers {
  /** one for each ask; undefined where the server couldn't make it */
  readonly answers: readonly (Told | undefined)[];
  /** what the server couldn't make, in its words */
  readonly failures: readonly string[];
}

/**
 * Asks the server for its own words: it makes temporary tables that hold just what is asked, prints them, and forgets them; all in one round trip, in a
 * transaction or savepoint that is rolled back. `newEnums` are those of the models that aren't there yet.
 */
export async function askServer(
  asks: readonly Ask[],
  newEnums: readonly EnumObject[],
  connection: Connection,
): Promise<Answers> {
  const [enter, leave] = connection.inTransaction
    ? [
        'SAVEPOINT alembic_scratch',
        'ROLLBACK TO SAVEPOINT alembic_scratch; RELEASE SAVEPOINT alembic_scratch',
      ]
    : ['BEGIN', 'ROLLBACK'];
  const unique = new Map(asks.map((ask) => [askKey(ask), ask]));
  const numbers = new Map([...unique.keys()].map((key, i) => [key, i]));
  const tables = packed([...unique.values()]);
  const script = [
    enter,
    'SET LOCAL jit = off',
    makeScratch([enumUnit(newEnums), ...tables.map(scratchUnit)]),
    `${catalogueQuery(await serverVersion(connection), `n.oid = pg_my_temp_schema() and c.relname like 'alembic\\_scratch\\_%'`)}
union all select 'failures' as part, coalesce(nullif(current_setting('alembic.failures', true), ''), '[]') as rows`,
    leave,
  ].join(';\n');
  try {
    const rows = await connection.query<{ part: string; rows: string }>(script);
    const failures = JSON.parse(rows.find(({ part }) => part === 'failures')?.rows ?? '[]') as string[];
    const read = reader(parseParts(rows));
    return {
      answers: asks.map((ask) => read(partName(numbers.get(askKey(ask)) ?? -1), ask)),
      failures,
    };
  } catch (error) {
    if (connection.inTransaction) await connection.exec(leave);
    return { answers: asks.map(() => undefined), failures: [(error as Error).message] };
  }
}

/** One scratch table: columns that are named by what it holds, and that. */
interface ScratchTable {
  readonly context: Map<string, string>;
  readonly parts: { readonly name: string; readonly ask: Ask }[];
}

/** So many parts go in one table; where one can't be made, all of them are made one by one. */
const partsPerTable = 200;

/** As few tables as can be: those whose columns of one name have one type share one. */
function packed(asks: readonly Ask[]): readonly ScratchTable[] {
  const tables: ScratchTable[] = [];
  for (const [i, ask] of asks.entries()) {
    const fits = ({ context, parts }: ScratchTable): boolean =>
      parts.length < partsPerTable &&
      context.size < 3 * partsPerTable &&
      [...ask.context].every(([column, type]) => (context.get(column) ?? type) === type);
    let table = tables.find(fits);
    if (table === undefined) tables.push((table = { context: new Map(), parts: [] }));
    for (const [column, type] of ask.context) table.context.set(column, type);
    table.parts.push({ name: partName(i), ask });
  }
  return tables;
}

function partName(i: number): string {
  return `alembic_${i}`;
}

/** What makes one scratch table: at once, or, where that fails, piece by piece. */
interface ScratchUnit {
  readonly whole: string;
  readonly pieces: readonly string[];
}

/** Where it names a schema that isn't there, what stands on it fails in turn. */
function enumUnit(enums: readonly EnumObject[]): ScratchUnit {
  const pieces = enums.map(createEnumSql);
  return { whole: pieces.join('; '), pieces };
}

function scratchUnit({ context, parts }: ScratchTable, i: number): ScratchUnit {
  const name = `alembic_scratch_${i}`;
  const columns = [...context].map(([column, type]) => `${quoteIdentifier(column)} ${type}`);
  const made = parts.map(partSql);
  return {
    whole: `CREATE TEMP TABLE ${name} (${[...columns, ...made].join(', ')})`,
    pieces: [
      `CREATE TEMP TABLE ${name} ()`,
      ...[...columns, ...made].map((each) => `ALTER TABLE pg_temp.${name} ADD ${each}`),
    ],
  };
}

function partSql({ name, ask }: ScratchTable['parts'][number]): string {
  switch (ask.kind) {
    case 'type':
      return `${name} ${ask.type}`;
    case 'default':
      return `${name} ${ask.type} DEFAULT ${ask.sql}`;
    case 'generated':
      return `${name} ${ask.type} GENERATED ALWAYS AS (${ask.sql}) STORED`;
    case 'condition':
      return `CONSTRAINT ${name} CHECK (${ask.sql})`;
    case 'expression':
      return `CONSTRAINT ${name} CHECK ((${ask.sql}) IS NOT NULL)`;
  }
}

/** Reads parts by their names. */
function reader(parts: CatalogueParts): (name: string, ask: Ask) => Told | undefined {
  const types = new Map(parts.types.map((row) => [row[0], row]));
  const columns = new Map(parts.columns.map((row) => [row[2], row]));
  const conditions = new Map(parts.constraints.map((row) => [row[1], row[9]]));
  return (name, { kind }) => {
    if (kind === 'condition' || kind === 'expression') {
      const condition = conditions.get(name) ?? null;
      const printed = kind === 'condition' ? condition : tested(condition);
      return printed === null ? undefined : { value: sql.raw(readExpression(printed)), printed };
    }
    const row = columns.get(name);
    if (row === undefined) return undefined;
    const { type, serverDefault, computed } = readColumn(row, '', types, []);
    if (kind === 'type') return { value: type, printed: row[3] };
    return {
      value: kind === 'default' ? serverDefault : (computed?.expression ?? null),
      printed: row[11] ?? '',
    };
  };
}

/** The expression of which a check says that it is not null. */
function tested(condition: string | null): string | null {
  return condition === null ? null : (/^(.*) IS NOT NULL$/s.exec(withoutParentheses(condition))?.[1] ?? null);
}

/** A block that goes on where something fails and notes what; but for a value that an enum doesn't have yet, which is a difference anyway. */
function makeScratch(units: readonly ScratchUnit[]): string {
  const payload = literal(JSON.stringify(units));
  let tag = '$alembic$';
  while (payload.includes(tag)) tag = `${tag.slice(0, -1)}x$`;
  return `DO ${tag}
DECLARE
  unit json;
  piece text;
  failures text[] := '{}';
BEGIN
  FOR unit IN SELECT value FROM json_array_elements(${payload}::json) LOOP
    BEGIN
      EXECUTE unit->>'whole';
    EXCEPTION WHEN OTHERS THEN
      FOR piece IN SELECT value FROM json_array_elements_text(unit->'pieces') LOOP
        BEGIN
          EXECUTE piece;
        EXCEPTION WHEN OTHERS THEN
          IF SQLSTATE <> '22P02' THEN failures := failures || SQLERRM; END IF;
        END;
      END LOOP;
    END;
  END LOOP;
  PERFORM set_config('alembic.failures', array_to_json(failures)::text, true);
END ${tag}`;
}
