import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { sql } from '../../schema/sql.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { askScratch, type ScratchQuestion } from '../scratch.ts';
import { createSql } from './sql.ts';

/** The functions and procedures, in one query; aggregates, and what belongs to extensions, are left alone. */
export async function inspectFunctions(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly SqlFunction[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const rows = await connection.readCatalogue<FunctionRow & { comment: string | null; facts: string }>(
    `SELECT ${label} AS schema, p.proname::text AS name, p.prokind = 'p' AS procedure, ${facts}::text AS facts, obj_description(p.oid, 'pg_proc') AS comment
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind <> 'a' AND ${condition} AND ${notOfExtension('pg_proc', 'p.oid')}
ORDER BY n.nspname, p.proname, p.proargtypes::text`,
  );
  return rows.map(({ schema, name, procedure, comment, facts: said }) => {
    const { qualifier, arguments: args, definition } = JSON.parse(said) as Facts;
    return deepFreeze({
      kind: 'function',
      name,
      schema,
      qualifier,
      arguments: args,
      definition: sql.raw(definition),
      procedure,
      // the server has it, under whatever search path
      checkBody: false,
      comment,
    });
  });
}

/**
 * Functions under the types by which the server knows them: what is written in another way than the server prints it (a domain with its schema, a column's
 * type) is found by asking. Only of those that aren't there as they are written.
 */
export async function identifyFunctions(
  functions: readonly SqlFunction[],
  connection: Connection,
  database: SchemaModel,
): Promise<readonly SqlFunction[]> {
  const named = new Set(
    database.of<SqlFunction>('function').map(({ schema, name }) => `${schema ?? ''}\0${name}`),
  );
  const unknown = functions.filter(
    (each) => database.get('function', each) === undefined && named.has(`${each.schema ?? ''}\0${each.name}`),
  );
  const answers = await ask(unknown, connection);
  return functions.map((each) => {
    const said = answers.get(each);
    return said === undefined ? each : deepFreeze({ ...each, qualifier: said.qualifier });
  });
}

/** Each function as the server would print it, were it made now; one that it can't make yet keeps its text. */
export async function canonicalizeFunctions(
  functions: readonly SqlFunction[],
  connection: Connection,
  warn: (message: string) => void,
): Promise<readonly SqlFunction[]> {
  const answers = await ask(functions, connection, warn);
  return functions.map((each) => {
    const said = answers.get(each);
    return said === undefined
      ? each
      : deepFreeze({ ...each, arguments: said.arguments, definition: sql.raw(said.definition) });
  });
}

interface FunctionRow {
  readonly schema: string | null;
  readonly name: string;
  readonly procedure: boolean;
}

interface Facts {
  readonly qualifier: string;
  readonly arguments: string;
  readonly definition: string;
}

/**
 * What the server prints of a pg_proc `p` in a pg_namespace `n`: before the definition stands CREATE OR REPLACE FUNCTION schema.name(arguments), and from 15 on a
 * schema of temporary things is called pg_temp there.
 */
const facts = `(SELECT json_build_object('arguments', a.text, 'definition', btrim(substr(a.whole, length(
    'CREATE OR REPLACE ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END
      || CASE WHEN n.oid = pg_my_temp_schema() AND strpos(a.whole, quote_ident(n.nspname) || '.') = 0 THEN 'pg_temp' ELSE quote_ident(n.nspname) END
      || '.' || quote_ident(p.proname) || '(' || a.text || ')') + 1), E' \\n'),
  'qualifier', coalesce((SELECT string_agg(format_type(t.type, NULL), ', ' ORDER BY t.place) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t(type, place)), ''))
  FROM (SELECT pg_get_function_arguments(p.oid) AS text, pg_get_functiondef(p.oid) AS whole) a)`;

async function ask(
  functions: readonly SqlFunction[],
  connection: Connection,
  warn?: (message: string) => void,
): Promise<ReadonlyMap<SqlFunction, Facts>> {
  const { answers, failures } = await askScratch(
    connection,
    functions.map((each, i) => question(each, i, connection)),
  );
  const refused = failures.find((failure) => /permission denied|read-only/i.test(failure));
  if (refused !== undefined)
    warn?.(
      `Functions are compared by their text, since the server may not be asked for its own form: ${refused}`,
    );
  return new Map(
    functions.flatMap((each, i) => {
      const answer = answers[i];
      return typeof answer === 'string' ? [[each, JSON.parse(answer) as Facts]] : [];
    }),
  );
}

/**
 * Made under its own name, by which its body may call its arguments; then renamed, out of the way of its namesakes. Where the server prints a body anew, it puts the
 * function's name before its arguments.
 */
function question(made: SqlFunction, i: number, { dialect }: Connection): ScratchQuestion {
  const own = { ...made, schema: 'pg_temp' };
  const scratch = `alembic_scratch_function_${i}`;
  const prefix = `quote_ident(${dialect.writer.literal(made.name)}) || '.'`;
  return {
    make: [
      'SET LOCAL check_function_bodies = off',
      createSql('CREATE', own, dialect),
      `ALTER ROUTINE ${dialect.writer.name(own)} RENAME TO ${scratch}`,
    ],
    ask: `SELECT replace(${facts}::text, '${scratch}.', btrim(to_json(${prefix})::text, '"')) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = '${scratch}' AND p.pronamespace = pg_my_temp_schema()`,
  };
}
