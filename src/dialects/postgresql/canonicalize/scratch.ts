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
  const parts = [...unique.values()].map((ask, i): Part => ({ name: partName(i), ask }));
  const tables = packed(parts.filter(({ ask }) => ask.kind !== 'value'));
  const values = parts.filter(({ ask }) => ask.kind === 'value');
  const script = [
    enter,
    'SET LOCAL jit = off',
    makeScratch([enumUnit(newEnums), ...tables.map(scratchUnit), ...valueUnits(values)]),
    `${catalogueQuery(await serverVersion(connection), `n.oid = pg_my_temp_schema() and c.relname like 'alembic\\_scratch\\_%'`)}
union all select 'failures' as part, coalesce(nullif(current_setting('alembic.failures', true), ''), '[]') as rows
union all select 'values' as part, coalesce(nullif(current_setting('alembic.values', true), ''), '{}') as rows`,
    leave,
  ].join(';\n');
  try {
    const rows = await connection.query<{ part: string; rows: string }>(script);
    const json = (name: string): string => rows.find(({ part }) => part === name)?.rows ?? 'null';
    const failures = (JSON.parse(json('failures')) ?? []) as string[];
    const read = reader(parseParts(rows), (JSON.parse(json('values')) ?? {}) as Values);
    return {
      answers: asks.map((ask) => read(partName(numbers.get(askKey(ask)) ?? -1), ask)),
      failures,
    };
  } catch (error) {
    if (connection.inTransaction) await connection.exec(leave);
    return { answers: asks.map(() => undefined), failures: [(error as Error).message] };
  }
}

interface Part {
  readonly name: string;
  readonly ask: Ask;
}

/** One scratch table: columns that are named by what it holds, and that. */
interface ScratchTable {
  readonly context: Map<string, string>;
  readonly parts: Part[];
}

/** The values that were asked for, by the names of their parts. */
type Values = { readonly [part: string]: string | null };

/** So many parts go in one table; where one can't be made, all of them are made one by one. */
const partsPerTable = 200;

/** As few tables as can be: those whose columns of one name have one type share one. */
function packed(all: readonly Part[]): readonly ScratchTable[] {
  const tables: ScratchTable[] = [];
  for (const part of all) {
    const { ask } = part;
    const fits = ({ context, parts }: ScratchTable): boolean =>
      parts.length < partsPerTable &&
      context.size < 3 * partsPerTable &&
      [...ask.context].every(([column, type]) => (context.get(column) ?? type) === type);
    let table = tables.find(fits);
    if (table === undefined) tables.push((table = { context: new Map(), parts: [] }));
    for (const [column, type] of ask.context) table.context.set(column, type);
    table.parts.push(part);
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
  /** what is told back: the name of a part, and the query for its value */
  readonly value?: { readonly name: string; readonly query: string };
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

/**
 * Generated columns of a table with one row: the server takes only what can't be another value the next time. Two defaults with the same text of their
 * values are the same, json as jsonb, for which the order of keys and white space say nothing.
 */
function valueUnits(parts: readonly Part[]): readonly ScratchUnit[] {
  return parts.flatMap(({ name, ask }, i): readonly ScratchUnit[] => {
    const table = `alembic_values_${Math.floor(i / partsPerTable)}`;
    const row = `CREATE TEMP TABLE ${table} (); INSERT INTO pg_temp.${table} DEFAULT VALUES`;
    return [
      ...(i % partsPerTable === 0 ? [{ whole: row, pieces: [] }] : []),
      {
        whole: `ALTER TABLE pg_temp.${table} ADD ${name} ${ask.type} GENERATED ALWAYS AS (${ask.sql}) STORED`,
        pieces: [],
        value: {
          name,
          query: `SELECT CASE pg_typeof(${name}) WHEN 'json'::regtype THEN to_jsonb(${name})::text ELSE ${name}::text END FROM pg_temp.${table}`,
        },
      },
    ];
  });
}

function partSql({ name, ask }: Part): string {
  switch (ask.kind) {
    case 'type':
    case 'value':
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
function reader(parts: CatalogueParts, values: Values): (name: string, ask: Ask) => Told | undefined {
  const types = new Map(parts.types.map((row) => [row[0], row]));
  const columns = new Map(parts.columns.map((row) => [row[2], row]));
  const conditions = new Map(parts.constraints.map((row) => [row[1], row[9]]));
  return (name, { kind }) => {
    if (kind === 'value') {
      const text = Object.hasOwn(values, name) ? values[name] : undefined;
      return text === undefined
        ? undefined
        : { value: null, printed: text === null ? 'NULL' : literal(text) };
    }
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

/**
 * A block that goes on where something fails and notes what; but for a value that an enum doesn't have yet, or a sequence or type that isn't there yet: what is
 * there can't speak of it, so that it is a difference anyway.
 */
function makeScratch(units: readonly ScratchUnit[]): string {
  const payload = literal(JSON.stringify(units));
  let tag = '$alembic$';
  while (payload.includes(tag)) tag = `${tag.slice(0, -1)}x$`;
  return `DO ${tag}
DECLARE
  unit json;
  piece text;
  held text;
  failures text[] := '{}';
  held_values jsonb := '{}';
BEGIN
  FOR unit IN SELECT value FROM json_array_elements(${payload}::json) LOOP
    BEGIN
      EXECUTE unit->>'whole';
      IF unit->'value' IS NOT NULL THEN
        EXECUTE unit->'value'->>'query' INTO held;
        held_values := held_values || jsonb_build_object(unit->'value'->>'name', held);
      END IF;
    EXCEPTION WHEN OTHERS THEN
      FOR piece IN SELECT value FROM json_array_elements_text(unit->'pieces') LOOP
        BEGIN
          EXECUTE piece;
        EXCEPTION WHEN OTHERS THEN
          IF SQLSTATE NOT IN ('22P02', '42P01', '42704') THEN failures := failures || SQLERRM; END IF;
        END;
      END LOOP;
    END;
  END LOOP;
  PERFORM set_config('alembic.failures', array_to_json(failures)::text, true);
  PERFORM set_config('alembic.values', held_values::text, true);
END ${tag}`;
}
