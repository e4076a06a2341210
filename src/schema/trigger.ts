import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import { definitionText } from './definition-text.ts';
import type { SchemaObject } from './metadata.ts';
import type { QualifiedName } from './names.ts';
import { splitTrigger } from './split-trigger.ts';
import type { Sql } from './sql.ts';

/** A trigger of a table or a view. */
export interface Trigger extends SchemaObject {
  readonly kind: 'trigger';
  /** that of the table */
  readonly schema: string | null;
  /** the table: triggers of several tables may share a name */
  readonly qualifier: string;
  /** when it fires and what it does, without `ON table` */
  readonly definition: Sql;
  /** made by CREATE CONSTRAINT TRIGGER: it may be deferrable (PostgreSQL) */
  readonly constraint: boolean;
  readonly enabled: TriggerState;
  readonly comment: string | null;
}

/** Whether it fires: false never, `replica` where changes are replayed, `always` there too (PostgreSQL). */
export type TriggerState = boolean | 'replica' | 'always';

export interface TriggerOptions {
  /** that of the table; default: the connection's default schema */
  readonly schema?: string | null;
  /** default false */
  readonly constraint?: boolean;
  /** default true */
  readonly enabled?: TriggerState;
  readonly comment?: string | null;
}

export const triggerOptionNames: readonly string[] = ['schema', 'constraint', 'enabled', 'comment'];

/**
 * A trigger: ``trigger('stamp', 'users', sql`BEFORE UPDATE OF email FOR EACH ROW WHEN (NEW.email <> OLD.email) EXECUTE FUNCTION touch()`)``. The definition is what
 * CREATE TRIGGER says without the name and without `ON table`, in the words of the database that it is meant for; on SQLite it ends in `BEGIN …; END`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function trigger(
  name: string,
  table: string,
  definition: Sql | string,
  options: TriggerOptions = {},
): Trigger {
  checkOptions('trigger', options, triggerOptionNames);
  const { schema = null, constraint = false, enabled = true, comment = null } = options;
  checkName('trigger: the name', name);
  checkName('trigger: the table', table);
  if (schema !== null) checkName('trigger: the schema', schema);
  if (typeof enabled !== 'boolean' && enabled !== 'replica' && enabled !== 'always')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `trigger: enabled is true, false, 'replica' or 'always', not ${JSON.stringify(enabled)}.`,
    );
  const text = definitionText('trigger', name, definition);
  return deepFreeze({
    kind: 'trigger',
    name,
    schema,
    qualifier: table,
    definition: { kind: 'sql', text: withoutTable(name, { schema, name: table }, text) },
    constraint,
    enabled,
    comment,
  });
}

/** The table or view that a trigger is on. */
export function ownerOf({ schema, qualifier }: Pick<Trigger, 'schema' | 'qualifier'>): QualifiedName {
  return { schema, name: qualifier };
}

/** The definition where `ON table` is taken out, if it names the same table. */
function withoutTable(name: string, table: QualifiedName, text: string): string {
  const parts = splitTrigger(text);
  if (parts === null)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `trigger: the definition of '${name}' begins with when it fires, such as BEFORE INSERT OR UPDATE OF email, not ${JSON.stringify(text.slice(0, 60))}.`,
    );
  const { events, on, rest } = parts;
  if (on === null) return text;
  if (on.name === table.name && (on.schema === null || on.schema === table.schema))
    return `${events} ${rest}`;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `trigger: '${name}' is said to be of table '${table.name}', and its definition says ON '${on.name}'. Leave that out of it.`,
  );
}
