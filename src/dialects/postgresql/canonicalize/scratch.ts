import type { Connection } from '../../../dialect/connection.ts';
import type { EnumObject } from '../../../objects/enum/enum-object.ts';
import type { Column } from '../../../schema/column.ts';
import { isSql } from '../../../schema/sql.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import { typeFor } from '../../../schema/types/generic.ts';
import { canonicalType } from '../canonical-type.ts';
import { catalogueQuery } from '../inspect/catalogue-query.ts';
import { parseParts } from '../inspect/inspect.ts';
import { readCatalogue } from '../inspect/read-catalogue.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { serverVersion } from '../server-version.ts';
import { collateSql, typeSql } from '../type-sql.ts';
import { computedSql, defaultSql } from '../writer/column-sql.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { indexBody } from '../writer/index-sql.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import type { Question } from './questions.ts';

export interface Answers {
  /** for each question its table with the server's words in the places that were asked; where the server had none, what was there */
  readonly tables: readonly Table[];
  /** what the server couldn't make, in its words */
  readonly failures: readonly string[];
}

/**
 * Asks the server for its own form of what the questions are about: it makes temporary tables that hold just that, prints them, and forgets them; all in one
 * round trip, in a transaction or savepoint that is rolled back. What can't be made keeps its text. `newEnums` are those of the models that aren't there yet.
 */
export async function ask(
  questions: readonly Question[],
  newEnums: readonly EnumObject[],
  connection: Connection,
): Promise<Answers> {
  const version = await serverVersion(connection);
  const [enter, leave] = connection.inTransaction
    ? ['SAVEPOINT alembic_scratch', 'ROLLBACK TO SAVEPOINT alembic_scratch; RELEASE SAVEPOINT alembic_scratch']
    : ['BEGIN', 'ROLLBACK'];
  const script = [
    enter,
    `SET LOCAL jit = off`,
    makeScratch([enumUnit(newEnums), ...questions.map(scratchUnit)]),
    `${catalogueQuery(version, `n.oid = pg_my_temp_schema() and c.relname like 'alembic\\_scratch\\_%'`)}
union all select 'failures' as part, coalesce(nullif(current_setting('alembic.failures', true), ''), '[]') as rows`,
    leave,
  ].join(';\n');
  try {
    const rows = await connection.query<{ part: string; rows: string }>(script);
    const failures = JSON.parse(rows.find(({ part }) => part === 'failures')?.rows ?? '[]') as string[];
    const parts = parseParts(rows);
    const found = readCatalogue(parts, { schemaLabel: (schema) => schema, includesTypes: () => false });
    const byName = new Map(found.tables.map((table) => [table.name, table]));
    const [[defaultSchema]] = parts.server;
    return {
      tables: questions.map((question, i) => answered(question, byName.get(scratchName(i)), defaultSchema)),
      failures,
    };
  } catch (error) {
    if (connection.inTransaction) await connection.exec(leave);
    return { tables: questions.map(({ table }) => table), failures: [(error as Error).message] };
  }
}

/** What makes one scratch table: at once, or, where that fails, piece by piece. */
interface ScratchUnit {
  readonly whole: string;
  readonly pieces: readonly string[];
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

/** Where it names a schema that isn't there, what stands on it fails in turn. */
function enumUnit(enums: readonly EnumObject[]): ScratchUnit {
  const pieces = enums.map(
    (each) => `CREATE TYPE ${quoteName(each)} AS ENUM (${each.values.map((value) => literal(value)).join(', ')})`,
  );
  return { whole: pieces.join('; '), pieces };
}

function scratchName(i: number): string {
  return `alembic_scratch_${i}`;
}

function scratchUnit({ table, columns, constraints, indexes }: Question, i: number): ScratchUnit {
  const name = { schema: 'pg_temp', name: scratchName(i) };
  const at = `pg_temp.${name.name}`;
  const asked = new Set(columns);
  const plain = table.columns.map(({ name: column, type, computed }, place) => {
    const words = `${quoteIdentifier(column)} ${typeSql(withEnumSchema(type, table.schema))}${collateSql(typeFor(type, 'postgresql').collation)}`;
    return { words: computed === null ? words : `${words} ${computedSql(computed)}`, isComputed: computed !== null, place };
  });
  const defaults = table.columns.flatMap(({ name: column, serverDefault }, place) =>
    serverDefault === null || !asked.has(place)
      ? []
      : [`ALTER TABLE ${at} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT ${defaultSql(serverDefault)}`],
  );
  const checks = constraints.map((place) => {
    const constraint = { ...table.constraints[place], name: `c${place}` } as Constraint;
    return `ALTER TABLE ${at} ADD ${constraintSql(constraint, name)}`;
  });
  const made = indexes.flatMap((place) => {
    const index = table.indexes[place];
    return index === undefined ? [] : [`CREATE INDEX ${name.name}_${place} ON ${at} ${indexBody(index, name)}`];
  });
  // a generated column may name any plain one
  const oneByOne = plain.toSorted((a, b) => Number(a.isComputed) - Number(b.isComputed));
  const rest = [...defaults, ...checks, ...made];
  return {
    whole: [`CREATE TEMP TABLE ${name.name} (${plain.map(({ words }) => words).join(', ')})`, ...rest].join(';\n'),
    pieces: [
      `CREATE TEMP TABLE ${name.name} ()`,
      ...oneByOne.map(({ words }) => `ALTER TABLE ${at} ADD COLUMN ${words}`),
      ...rest,
    ],
  };
}

/** The question's table with what the scratch table says in the places asked. */
function answered(
  { table, columns, constraints, indexes }: Question,
  scratch: Table | undefined,
  defaultSchema: string | null,
): Table {
  if (scratch === undefined) return table;
  const answer = { columns: [...table.columns], constraints: [...table.constraints], indexes: [...table.indexes] };
  for (const place of columns) {
    const column = table.columns[place];
    const made = scratch.columns.find((each) => each.name === column?.name);
    if (column === undefined || made === undefined) continue;
    answer.columns[place] = {
      ...column,
      type: column.type.name === 'sqlType' ? canonicalType(made.type, table.schema ?? defaultSchema) : column.type,
      serverDefault: made.serverDefault ?? (isNull(column) ? null : column.serverDefault),
      computed: made.computed ?? column.computed,
    };
  }
  for (const place of constraints) {
    const constraint = table.constraints[place];
    const made = scratch.constraints.find((each) => each.name === `c${place}`);
    if (constraint !== undefined && made !== undefined) answer.constraints[place] = { ...made, name: constraint.name };
  }
  for (const place of indexes) {
    const index = table.indexes[place];
    const made = scratch.indexes.find((each) => each.name === `${scratch.name}_${place}`);
    if (index !== undefined && made !== undefined) answer.indexes[place] = { ...index, elements: made.elements, where: made.where };
  }
  return { ...table, ...answer };
}

/** DEFAULT NULL is no default; any other that isn't there wasn't made. */
function isNull({ serverDefault }: Column): boolean {
  return isSql(serverDefault) && /^null(?:::.*)?$/i.test(serverDefault.text);
}
