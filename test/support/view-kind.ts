// A whole new kind of object, as a user of the package would add it: views again, under a name that nothing in `src/` knows.
import { type CompareContext, defineObjectKind, type ObjectKind } from '../../src/entries/autogenerate.ts';
import {
  defineOperation,
  key,
  type Operation,
  type OperationDefinition,
} from '../../src/entries/operations.ts';
import { type Connection, type QualifiedName, type SchemaObject, sql } from '../../src/index.ts';

export interface View extends SchemaObject {
  readonly kind: 'report';
  /** the query behind AS */
  readonly definition: string;
  /** the tables that it reads */
  readonly reads: readonly string[];
}

export interface CreateReport extends Operation {
  readonly kind: 'createReport';
  readonly view: View;
}

export interface DropReport extends Operation {
  readonly kind: 'dropReport';
  readonly name: string;
  readonly schema: string | null;
  readonly was: View | null;
}

/** A view of a model. */
export function view(name: string, definition: string, reads: readonly string[]): View {
  return Object.freeze({
    kind: 'report',
    name,
    schema: null,
    definition: sql.raw(definition).text,
    reads: [...reads],
  });
}

const on = (each: QualifiedName): string => key('table', each);

export const createReport: OperationDefinition<
  CreateReport,
  [name: string, definition: string, reads: readonly string[]],
  never[],
  void
> = defineOperation({
  kind: 'createReport',
  create: (name: string, definition: string, reads: readonly string[]): CreateReport =>
    Object.freeze({ kind: 'createReport', view: view(name, definition, reads) }),
  batch: null,
  call: (op) => [op.view.name, op.view.definition, op.view.reads],
  batchCall: null,
  reverse: (op): DropReport =>
    Object.freeze({ kind: 'dropReport', name: op.view.name, schema: op.view.schema, was: op.view }),
  apply: (op, schema) => schema.put(op.view),
  sql: (op, { writer }) => [{ sql: `CREATE VIEW ${writer.name(op.view)} AS ${op.view.definition}` }],
  destroys: null,
  touches: (op) => ({
    provides: [key('report', op.view)],
    requires: op.view.reads.flatMap((name) => [
      on({ schema: op.view.schema, name }),
      key('columns', { schema: op.view.schema, name }),
    ]),
  }),
});

export const dropReport: OperationDefinition<DropReport, [name: string], never[], void> = defineOperation({
  kind: 'dropReport',
  create: (name: string): DropReport => Object.freeze({ kind: 'dropReport', name, schema: null, was: null }),
  batch: null,
  call: (op) => [op.name],
  batchCall: null,
  reverse: (op): CreateReport => {
    if (op.was === null) throw new Error('write the downgrade by hand');
    return Object.freeze({ kind: 'createReport', view: op.was });
  },
  apply: (op, schema) => schema.delete('report', op),
  sql: (op, { writer }) => [{ sql: `DROP VIEW ${writer.name(op)}` }],
  destroys: null,
  touches: (op) => ({
    removes: [key('report', op)],
    releases: (op.was?.reads ?? []).flatMap((name) => [
      on({ schema: op.schema, name }),
      key('columns', { schema: op.schema, name }),
    ]),
  }),
});

export const viewKind: ObjectKind<View> = defineObjectKind<View>({
  kind: 'report',
  operations: [createReport, dropReport],
  inspect: { sqlite: inspectSqlite, postgresql: inspectPostgresql },
  canonicalize: { postgresql: canonicalizePostgresql },
  compare: ({ model, canonical, database }, _context: CompareContext): readonly Operation[] => {
    const drop = (was: View): DropReport =>
      Object.freeze({ kind: 'dropReport', name: was.name, schema: was.schema, was });
    const create = (made: View): CreateReport => Object.freeze({ kind: 'createReport', view: made });
    if (database === null) return model === null ? [] : [create(model)];
    if (model === null) return [drop(database)];
    return canonical?.definition.trim() === database.definition.trim() ? [] : [drop(database), create(model)];
  },
});

async function inspectSqlite(connection: Connection): Promise<readonly View[]> {
  const rows = await connection.query<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'view'",
  );
  const tables = await connection.query<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table'",
  );
  return rows.map(({ name, sql: text }) => {
    const definition = text.replace(/^CREATE VIEW .*? AS /s, '');
    return view(
      name,
      definition,
      tables.map((each) => each.name).filter((table) => definition.includes(table)),
    );
  });
}

async function inspectPostgresql(connection: Connection): Promise<readonly View[]> {
  const rows = await connection.query<{ name: string; definition: string; reads: string[] | null }>(
    `SELECT c.relname AS name, pg_get_viewdef(c.oid) AS definition,
       (SELECT array_agg(DISTINCT t.relname::text) FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass
          JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass AND t.relkind = 'r' WHERE r.ev_class = c.oid) AS reads
     FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace`,
  );
  return rows.map(({ name, definition, reads }) => view(name, definition, reads ?? []));
}

/** The server's own normal form, asked in a transaction that is rolled back; where a view can't be made yet, its text stays. */
async function canonicalizePostgresql(
  views: readonly View[],
  connection: Connection,
): Promise<readonly View[]> {
  const found: View[] = [];
  for (const each of views) {
    await connection.begin();
    try {
      await connection.exec(`CREATE TEMPORARY VIEW alembic_scratch AS ${each.definition}`);
      const [row] = await connection.query<{ definition: string }>(
        "SELECT pg_get_viewdef('pg_temp.alembic_scratch'::regclass) AS definition",
      );
      found.push(view(each.name, row?.definition ?? each.definition, each.reads));
    } catch {
      found.push(each);
    } finally {
      await connection.rollback();
    }
  }
  return found;
}
