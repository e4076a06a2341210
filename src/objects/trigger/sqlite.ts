import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import { gap, identifier, splitTrigger } from '../../schema/split-trigger.ts';
import { sql } from '../../schema/sql.ts';
import type { Trigger } from '../../schema/trigger.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { databasesOf } from '../view/sqlite.ts';

/** The triggers of each schema, one query each: SQLite keeps the text of their CREATE. */
export async function inspectTriggers(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly Trigger[]> {
  const found: Trigger[] = [];
  for (const schema of await databasesOf(connection, options)) {
    const from = `${connection.dialect.writer.quote(schema ?? 'main')}.sqlite_schema`;
    const rows = await connection.query<TriggerRow>(
      `SELECT t.name, coalesce(o.name, t.tbl_name) AS owner, t.sql FROM ${from} t
LEFT JOIN ${from} o ON o.type IN ('table', 'view') AND o.name = t.tbl_name COLLATE NOCASE
WHERE t.type = 'trigger' ORDER BY t.name`,
    );
    found.push(...rows.flatMap((row) => readTrigger(schema, row)));
  }
  return found;
}

interface TriggerRow {
  readonly name: string;
  /** as the table itself is spelled */
  readonly owner: string;
  readonly sql: string;
}

// SQLite writes the head anew; what comes with the name and after it is as it was typed
const head = new RegExp(`^CREATE${gap}+TRIGGER${gap}+${identifier}`, 'iu');

/** One that isn't understood is left alone. */
function readTrigger(schema: string | null, { name, owner, sql: text }: TriggerRow): readonly Trigger[] {
  const behind = head.exec(text)?.[0].length;
  const parts = behind === undefined ? null : splitTrigger(text.slice(behind));
  if (parts === null) return [];
  return [
    deepFreeze({
      kind: 'trigger',
      name,
      schema,
      qualifier: owner,
      definition: sql.raw(`${parts.events} ${parts.rest}`),
      constraint: false,
      enabled: true,
      comment: null,
    }),
  ];
}
