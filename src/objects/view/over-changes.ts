import type { Connection } from '../../dialect/connection.ts';
import { withOtherSchemas } from '../../operations/mentioned-names.ts';
import type { Column } from '../../schema/column.ts';
import { sql } from '../../schema/sql.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { sqlType } from '../../schema/types/generic.ts';
import type { View } from '../../schema/view.ts';
import { createSql } from '../function/sql.ts';
import { askStanding, type ScratchPiece } from '../scratch.ts';
import { type Ground, mentions, type Sides, type Standing } from './changes-below.ts';

/**
 * What the server prints of views, were they made over that on which they stand as the models have it: in schemas of their own before those of the search path, in a transaction that is
 * rolled back. No row is read, and nothing that is there is touched. Null for one that can't be made that way.
 */
export async function askOverChanges(
  { views, grounds }: Standing,
  connection: Connection,
  sides: Sides,
): Promise<ReadonlyMap<View, string | null>> {
  const { writer } = connection.dialect;
  const path = await searchPath(connection);
  const [home = null] = path;
  const schemas = [...new Set(grounds.map(({ schema }) => schema ?? home))].filter((each) => each !== null);
  const scratchOf = new Map(schemas.map((schema, i) => [schema, `alembic_scratch_${i}`]));
  const placed = <T extends Ground>(ground: T): T => ({
    ...ground,
    schema: scratchOf.get(ground.schema ?? home ?? '') ?? null,
  });
  const names = new Set(grounds.map(({ schema, name }) => JSON.stringify([schema ?? home, name])));
  const moved = (text: string): string =>
    withOtherSchemas(text, (schema, name) =>
      names.has(JSON.stringify([schema, name])) ? (scratchOf.get(schema) ?? null) : null,
    );
  const make = (ground: Ground): readonly string[] => {
    switch (ground.kind) {
      case 'table':
        return [tableSql(ground, placed(ground), sides, connection)];
      case 'view':
        return [viewSql(placed(ground), moved, connection)];
      case 'function': {
        const definition = sql.raw(moved(ground.definition.text));
        return [createSql('CREATE', { ...placed(ground), definition }, connection.dialect)];
      }
    }
  };
  const back = (text: string): string =>
    [...scratchOf].reduce(
      (inner, [schema, scratch]) =>
        `replace(${inner}, '${scratch}.', quote_ident(${writer.literal(schema)}) || '.')`,
      text,
    );
  const pieces = grounds.map((ground, place): ScratchPiece => {
    const isAsked = ground.kind === 'view' && views.has(ground);
    const mentioned = new Set(mentions(ground));
    return {
      make: make(ground),
      ask: isAsked ? back(`pg_get_viewdef(${writer.literal(writer.name(placed(ground)))}::regclass)`) : null,
      needs: grounds.flatMap((other, i) => (i < place && mentioned.has(other.name) ? [i] : [])),
    };
  });
  const newPath = path.flatMap((schema) => [scratchOf.get(schema) ?? [], schema].flat());
  const answers = await askStanding(
    connection,
    [
      ...[...scratchOf.values()].map((each) => `CREATE SCHEMA ${each}`),
      `SET LOCAL search_path = ${newPath.map((each) => writer.quote(each)).join(', ')}`,
      'SET LOCAL check_function_bodies = off',
    ],
    pieces,
  );
  return new Map(
    grounds.flatMap((ground, i) =>
      ground.kind === 'view' && views.has(ground) ? [[ground, answers[i] ?? null]] : [],
    ),
  );
}

/** The schemas in which names are looked for, the default one first. */
async function searchPath(connection: Connection): Promise<readonly string[]> {
  const [row] = await connection.readCatalogue<{ path: string }>(
    'SELECT array_to_json(current_schemas(false))::text AS path',
  );
  return JSON.parse(row?.path ?? '[]') as readonly string[];
}

function viewSql(
  { query, columns, ...view }: View,
  text: (sql: string) => string,
  { dialect }: Connection,
): string {
  const { writer } = dialect;
  const names = columns === null ? '' : ` (${columns.map((each) => writer.quote(each)).join(', ')})`;
  // a text may end in a comment
  return `CREATE VIEW ${writer.name(view)}${names} AS ${text(query.text)}\n`;
}

/** Its columns and its key: a view that is grouped by the key may show all of them. Columns that come stand behind those that are there. */
function tableSql(table: Table, scratch: Table, sides: Sides, { dialect }: Connection): string {
  const { writer } = dialect;
  const there = sides.database.table(table);
  const place = (column: Column): number => {
    const found = there?.columns.findIndex(({ name }) => name === column.name) ?? -1;
    return found === -1 ? Number.MAX_SAFE_INTEGER : found;
  };
  const columns = table.columns
    .toSorted((a, b) => place(a) - place(b))
    .map(
      (column): Column => ({
        ...plain,
        name: column.name,
        type: knownType(column.type, table.schema, sides),
      }),
    );
  const keys = table.constraints.filter(({ kind }) => kind === 'primaryKey');
  const owner = { columns, constraints: keys };
  const parts = [
    ...columns.map((column) => writer.column(column, owner)),
    ...keys.map((key) => writer.constraint({ ...key, name: null }, scratch)),
  ];
  return `CREATE TABLE ${writer.name(scratch)} (${parts.join(', ')})`;
}

const plain: Omit<Column, 'name' | 'type'> = {
  kind: 'column',
  nullable: true,
  autoincrement: false,
  serverDefault: null,
  computed: null,
  identity: null,
  comment: null,
  options: {},
};

/** A type that isn't there yet is any other: what reads the column by its name prints the same. An enum that names no schema is where its table is. */
function knownType(type: ColumnType, schema: string | null, sides: Sides): ColumnType {
  if (type.item !== undefined) return { ...type, item: knownType(type.item, schema, sides) };
  if (type.typeName === undefined || (type.name !== 'enumType' && type.name !== 'domain')) return type;
  const isEnum = type.name === 'enumType';
  const name = { schema: type.typeSchema ?? (isEnum ? schema : null), name: type.typeName };
  const isThere = isEnum
    ? sides.database.get('enum', name) !== undefined
    : sides.database.get('domain', name) !== undefined || sides.model.get('domain', name) === undefined;
  if (!isThere) return sqlType('text');
  return name.schema === null ? type : { ...type, typeSchema: name.schema };
}
