import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import { keyOf } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { splitTrigger } from '../../schema/split-trigger.ts';
import { type Sql, sql } from '../../schema/sql.ts';
import { ownerOf, type Trigger, type TriggerState } from '../../schema/trigger.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { askScratch } from '../scratch.ts';
import { createTriggerSql } from './sql.ts';

/** The triggers, in one query; those that keep foreign keys, and those that partitions have of their table, are left alone. */
export async function inspectTriggers(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly Trigger[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const rows = await connection.readCatalogue<TriggerRow>(
    `SELECT ${label} AS schema, c.relname::text AS "table", t.tgname::text AS name, t.tgenabled::text AS enabled, t.tgconstraint <> 0 AS "constraint",
  ${definitionSql} AS definition, obj_description(t.oid, 'pg_trigger') AS comment
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${condition} AND ${notOfExtension('pg_trigger', 't.oid')} AND ${notOfExtension('pg_class', 'c.oid')}
ORDER BY n.nspname, c.relname, t.tgname`,
  );
  return rows.map((row) =>
    deepFreeze({
      kind: 'trigger',
      name: row.name,
      schema: row.schema,
      qualifier: row.table,
      definition: withoutTable(row.definition),
      constraint: row.constraint,
      enabled: states[row.enabled] ?? true,
      comment: row.comment,
    }),
  );
}

/** Each trigger as the server would print it, were it made now on a table or view like its own; one that it can't make yet keeps its text. */
export async function canonicalizeTriggers(
  triggers: readonly Trigger[],
  connection: Connection,
  database: SchemaModel,
  warn: (message: string) => void,
): Promise<readonly Trigger[]> {
  const asked = triggers.filter((trigger) => {
    const there = database.get<Trigger>('trigger', trigger);
    return there !== undefined && there.definition.text !== trigger.definition.text;
  });
  const owners = [...new Set(asked.map((trigger) => keyOf(ownerOf(trigger))))];
  const { answers, failures } = await askScratch(
    connection,
    asked.map((trigger, i) => {
      const owner = ownerOf(trigger);
      const scratch = `alembic_scratch_owner_${owners.indexOf(keyOf(owner))}`;
      const own = { ...trigger, schema: 'pg_temp', name: `alembic_scratch_trigger_${i}`, qualifier: scratch };
      const like = connection.dialect.writer.name(owner);
      return {
        make: [
          'SET LOCAL client_min_messages = warning',
          database.table(owner) === undefined
            ? `CREATE OR REPLACE TEMPORARY VIEW ${scratch} AS SELECT * FROM ${like}`
            : `CREATE TEMPORARY TABLE IF NOT EXISTS ${scratch} (LIKE ${like})`,
          createTriggerSql(own, connection.dialect),
        ],
        ask: `SELECT ${definitionSql} FROM pg_trigger t WHERE t.tgname = '${own.name}' AND t.tgrelid = 'pg_temp.${scratch}'::regclass`,
      };
    }),
  );
  const refused = failures.find((failure) => /permission denied|read-only/i.test(failure));
  if (refused !== undefined)
    warn(
      `Triggers are compared by their text, since the server may not be asked for its own form: ${refused}`,
    );
  const printed = new Map(asked.map((trigger, i) => [trigger, answers[i]]));
  return triggers.map((trigger) => {
    const answer = printed.get(trigger);
    return typeof answer === 'string'
      ? deepFreeze({ ...trigger, definition: withoutTable(answer) })
      : trigger;
  });
}

interface TriggerRow {
  readonly schema: string | null;
  readonly table: string;
  readonly name: string;
  readonly enabled: string;
  readonly constraint: boolean;
  readonly definition: string;
  readonly comment: string | null;
}

const states: { readonly [letter: string]: TriggerState } = { O: true, D: false, R: 'replica', A: 'always' };

/** What the server prints of a pg_trigger `t`, behind the name. */
const definitionSql = `substr(pg_get_triggerdef(t.oid), length('CREATE ' || CASE WHEN t.tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER ' || quote_ident(t.tgname)) + 2)`;

function withoutTable(printed: string): Sql {
  const parts = splitTrigger(printed);
  return sql.raw(parts === null ? printed : `${parts.events} ${parts.rest}`);
}
