import type { Connection } from '../../dialect/connection.ts';
import type { DialectOptions } from '../../schema/dialect-options.ts';
import type { Domain } from '../../schema/domain-object.ts';
import type { Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import type { View } from '../../schema/view.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

/** Where an extension has something that the search path doesn't lead to. */
interface Place {
  readonly kind: 'type' | 'operatorClass';
  readonly name: string;
  readonly schema: string;
  /** the schema as SQL */
  readonly quoted: string;
}

/** What calls something by its name alone, with the schema that it is found in. */
interface Placing {
  find(kind: Place['kind'], name: string): Place | null;
  /** types of the dialect's that say nothing of a name but its schema */
  readonly types: ReadonlySet<string>;
}

type InPlace<T> = (objects: readonly T[], connection: Connection) => Promise<readonly T[]>;

/**
 * The models' objects with the schema of each type and operator class that they call by its name alone, where the search path doesn't lead to it and an extension has it. Texts of SQL
 * aren't read.
 */
export const tablesInPlace: InPlace<Table> = inPlace((table, placing) => ({
  ...table,
  columns: table.columns.map((column) => ({ ...column, type: placedType(column.type, placing) })),
  indexes: table.indexes.map((index) => placedIndex(index, placing)),
}));

export const domainsInPlace: InPlace<Domain> = inPlace((domain, placing) => ({
  ...domain,
  type: placedType(domain.type, placing),
}));

export const viewsInPlace: InPlace<View> = inPlace((view, placing) => ({
  ...view,
  indexes: view.indexes.map((index) => placedIndex(index, placing)),
}));

function inPlace<T>(place: (object: T, placing: Placing) => T): InPlace<T> {
  return async (objects, connection) => {
    const types = placeableTypes(connection);
    const asked = new Set<string>();
    const note = (_: Place['kind'], name: string): null => {
      asked.add(name);
      return null;
    };
    for (const object of objects) place(object, { find: note, types });
    const found = asked.size === 0 ? [] : await readPlaces([...asked], connection);
    if (found.length === 0) return objects;
    const find: Placing['find'] = (kind, name) => {
      const [only, ...others] = found.filter((each) => each.kind === kind && each.name === name);
      return only !== undefined && others.length === 0 ? only : null;
    };
    return objects.map((object) => deepFreeze(place(object, { find, types })));
  };
}

function placeableTypes({ dialect }: Connection): ReadonlySet<string> {
  const placeable = dialect.types.filter(({ positional, options }) => {
    const said = [...positional, ...Object.values(options)];
    return said.includes('typeSchema') && !said.includes('typeName');
  });
  return new Set(placeable.map(({ name }) => name));
}

async function readPlaces(names: readonly string[], connection: Connection): Promise<readonly Place[]> {
  const { writer } = connection.dialect;
  const list = names.map((name) => writer.literal(name)).join(', ');
  const member = (catalogue: string): string =>
    `pg_depend d JOIN ${catalogue} o ON d.classid = '${catalogue}'::regclass AND d.objid = o.oid AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass`;
  return connection.readCatalogue<Place & Record<string, unknown>>(
    `SELECT 'type' AS kind, o.typname::text AS name, n.nspname::text AS schema, quote_ident(n.nspname) AS quoted
FROM ${member('pg_type')} JOIN pg_namespace n ON n.oid = o.typnamespace
WHERE o.typname IN (${list}) AND to_regtype(quote_ident(o.typname)) IS NULL
UNION SELECT 'operatorClass', o.opcname::text, n.nspname::text, quote_ident(n.nspname)
FROM ${member('pg_opclass')} JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE o.opcname IN (${list}) AND NOT EXISTS (SELECT FROM pg_opclass v WHERE v.opcname = o.opcname AND v.opcmethod = o.opcmethod AND pg_opclass_is_visible(v.oid))`,
  );
}

function placedType(given: ColumnType, placing: Placing): ColumnType {
  const variant = given.variants?.postgresql;
  if (variant !== undefined) {
    return { ...given, variants: { ...given.variants, postgresql: placedType(variant, placing) } };
  }
  const { name, typeSchema, item, definition, text } = given;
  if (item !== undefined) return { ...given, item: placedType(item, placing) };
  if (definition !== undefined) {
    return { ...given, definition: { ...definition, type: placedType(definition.type, placing) } };
  }
  if (name === 'sqlType' && text !== undefined) {
    return { ...given, text: placedText('type', text, placing) };
  }
  if (typeSchema !== undefined || !placing.types.has(name)) return given;
  const place = placing.find('type', name);
  return place === null ? given : { ...given, typeSchema: place.schema };
}

function placedIndex(index: Index, placing: Placing): Index {
  return {
    ...index,
    elements: index.elements.map((element) =>
      element.operatorClass === null
        ? element
        : { ...element, operatorClass: placedText('operatorClass', element.operatorClass, placing) },
    ),
    options: placedOptions(index.options, placing),
  };
}

function placedOptions({ postgresql, ...others }: DialectOptions, placing: Placing): DialectOptions {
  if (postgresql === undefined) return others;
  const classes = Object.entries((postgresql.ops ?? {}) as { readonly [column: string]: string });
  if (classes.length === 0) return { ...others, postgresql };
  const ops = Object.fromEntries(
    classes.map(([column, text]) => [column, placedText('operatorClass', text, placing)]),
  );
  return { ...others, postgresql: { ...postgresql, ops } };
}

/** A name, with its parameters, and with what makes it an array. */
const bareName = /^\s*(?:([A-Za-z_][\w$]*)|"((?:[^"]|"")+)")\s*(?:\([^()]*\)\s*)?(?:\[\s*\d*\s*\]\s*)*$/;

function placedText(kind: Place['kind'], text: string, { find }: Placing): string {
  const [whole, plain, quoted] = bareName.exec(text) ?? [];
  if (whole === undefined) return text;
  const place = find(kind, plain?.toLowerCase() ?? quoted?.replaceAll('""', '"') ?? '');
  return place === null ? text : `${place.quoted}.${text.trim()}`;
}
