import {
  isAutoincrement,
  keyColumns,
  typeObject,
  type VectorColumn,
  type VectorForeignKey,
  type VectorIndex,
  type VectorSchema,
  type VectorTable,
  type VectorType,
} from './vector-schema.ts';

export type DdlDialect = 'sqlite' | 'postgresql';

/** The statements that create a schema in an empty database, every name quoted. They share no code with `src/`. */
export function ddl(dialect: DdlDialect, schema: VectorSchema): readonly string[] {
  if (schema.namingConvention) throw new Error('The writer knows no naming convention: give the names.');
  const enums = dialect === 'postgresql' ? nativeEnums(schema) : new Map<string, readonly string[]>();
  return [
    ...(schema.preDDL?.[dialect] ?? []),
    ...[...enums].map(([name, values]) => `CREATE TYPE ${name} AS ENUM (${values.map(literal).join(', ')})`),
    ...schema.tables.map((table) => createTable(dialect, table)),
    ...schema.tables.flatMap((table) => indexes(table).map((index) => createIndex(dialect, table, index))),
    // After all tables, so that cycles need no order.
    ...(dialect === 'postgresql' ? schema.tables.flatMap(laterStatements) : []),
  ];
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The type as a column of that dialect has it. */
export function typeSql(dialect: DdlDialect, type: VectorType): string {
  const object = typeObject(type);
  const { t, length, precision, scale, tz, fsp } = object;
  const sized = (name: string): string => (length === undefined ? name : `${name}(${length})`);
  const zone = (name: string): string =>
    `${name}${fsp === undefined ? '' : `(${fsp})`} ${tz ? 'WITH' : 'WITHOUT'} TIME ZONE`;
  const longest = Math.max(0, ...(object.values ?? []).map((value) => value.length));
  const isPostgres = dialect === 'postgresql';
  switch (t) {
    case 'string':
    case 'unicode':
      return sized('VARCHAR');
    case 'char':
      return sized('CHAR');
    case 'numeric':
      if (precision === undefined) return 'NUMERIC';
      return typeof scale === 'number' ? `NUMERIC(${precision}, ${scale})` : `NUMERIC(${precision})`;
    case 'float':
      return isPostgres && precision !== undefined ? `FLOAT(${precision})` : 'FLOAT';
    case 'double':
      return isPostgres ? 'DOUBLE PRECISION' : 'DOUBLE';
    case 'datetime':
      return isPostgres ? zone('TIMESTAMP') : 'DATETIME';
    case 'timestamp':
      return isPostgres ? zone('TIMESTAMP') : 'TIMESTAMP';
    case 'time':
      return isPostgres ? zone('TIME') : 'TIME';
    case 'interval':
      return isPostgres ? 'INTERVAL' : 'DATETIME';
    case 'binary':
    case 'varbinary':
      return isPostgres ? 'BYTEA' : 'BLOB';
    case 'uuid':
    case 'nativeuuid':
      return isPostgres ? 'UUID' : 'CHAR(32)';
    case 'enum':
      return isPostgres && object.native !== false ? quoted(object.name ?? '') : `VARCHAR(${longest})`;
    case 'array':
      return `${typeSql(dialect, object.item ?? 'text')}[]`;
    case 'integer':
    case 'smallint':
    case 'bigint':
    case 'text':
    case 'boolean':
    case 'real':
    case 'date':
    case 'json':
    case 'jsonb':
    case 'inet':
    case 'tsvector':
      return t.toUpperCase();
    default:
      throw new Error(`The writer doesn't know the type ${t}.`);
  }
}

function createTable(dialect: DdlDialect, table: VectorTable): string {
  const key = keyColumns(table);
  const { strict, withoutRowid, autoincrement } = table.sqlite ?? {};
  const isSqlite = dialect === 'sqlite';
  const inKey = isSqlite && autoincrement ? ' AUTOINCREMENT' : '';
  const parts = [
    ...table.columns.map((column) => columnSql(dialect, table, column)),
    ...(key.length === 0 ? [] : [`${named(table.primaryKey?.name)}PRIMARY KEY (${list(key)}${inKey})`]),
    ...uniques(table).map((unique) => {
      const nulls = unique.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      return `${named(unique.name)}UNIQUE${nulls} (${list(unique.columns)})${unique.deferrable ? ' DEFERRABLE' : ''}`;
    }),
    ...checks(dialect, table).map((check) => `${named(check.name)}CHECK (${check.expr})`),
    ...(isSqlite ? foreignKeys(table).map(foreignKeySql) : []),
  ];
  const options = isSqlite
    ? [withoutRowid && 'WITHOUT ROWID', strict && 'STRICT'].filter(Boolean).join(', ')
    : '';
  return `CREATE TABLE ${full(table)} (\n  ${parts.join(',\n  ')}\n)${options && ` ${options}`}`;
}

function columnSql(dialect: DdlDialect, table: VectorTable, column: VectorColumn): string {
  const isSerial = dialect === 'postgresql' && isAutoincrement(table, column);
  const serial = { integer: 'SERIAL', bigint: 'BIGSERIAL', smallint: 'SMALLSERIAL' }[
    typeObject(column.type).t
  ];
  const { computed, identity } = column;
  const nullable = column.nullable ?? !(keyColumns(table).includes(column.name) || identity !== undefined);
  const parts = [quoted(column.name), isSerial ? serial : typeSql(dialect, column.type)];
  if (column.collation !== undefined) parts.push(`COLLATE ${quoted(column.collation)}`);
  if (column.default !== undefined) {
    const { default: value } = column;
    parts.push(
      `DEFAULT ${'literal' in value ? literal(value.literal) : dialect === 'sqlite' ? `(${value.expr})` : value.expr}`,
    );
  }
  if (computed !== undefined) {
    parts.push(
      `GENERATED ALWAYS AS (${computed.expr}) ${computed.persisted === false ? 'VIRTUAL' : 'STORED'}`,
    );
  }
  if (identity !== undefined && dialect === 'postgresql') {
    const start = identity.start === undefined ? [] : [`START WITH ${identity.start}`];
    const increment = identity.increment === undefined ? [] : [`INCREMENT BY ${identity.increment}`];
    const options = [...start, ...increment].join(' ');
    parts.push(
      `GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options && ` (${options})`}`,
    );
  }
  if (!nullable) parts.push('NOT NULL');
  return parts.join(' ');
}

function createIndex(dialect: DdlDialect, table: VectorTable, index: VectorIndex): string {
  const items = index.columns.map((item) => {
    if (typeof item === 'string') return quoted(item) + operatorClass(index, item);
    if ('expr' in item) return dialect === 'postgresql' ? `(${item.expr})` : item.expr;
    return `${quoted(item.col)}${operatorClass(index, item.col)}${item.desc ? ' DESC' : ''}`;
  });
  const parts = [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.name ? `${quoted(index.name)} ` : ''}ON ${full(table)}`,
    index.using !== undefined && dialect === 'postgresql' ? `USING ${index.using}` : '',
    `(${items.join(', ')})`,
    index.include === undefined || dialect === 'sqlite' ? '' : `INCLUDE (${list(index.include)})`,
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    index.where === undefined ? '' : `WHERE ${index.where}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function laterStatements(table: VectorTable): readonly string[] {
  const comment = (what: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`COMMENT ON ${what} IS ${literal(text)}`];
  return [
    ...foreignKeys(table).map((key) => `ALTER TABLE ${full(table)} ADD ${foreignKeySql(key)}`),
    ...comment(`TABLE ${full(table)}`, table.comment),
    ...table.columns.flatMap((column) =>
      comment(`COLUMN ${full(table)}.${quoted(column.name)}`, column.comment),
    ),
  ];
}

function foreignKeySql(key: VectorForeignKey): string {
  const referred = full({
    name: key.refTable,
    ...(key.refSchema === undefined ? {} : { schema: key.refSchema }),
  });
  const parts = [
    `${named(key.name)}FOREIGN KEY (${list(key.columns)}) REFERENCES ${referred} (${list(key.refColumns)})`,
  ];
  if (key.onDelete !== undefined) parts.push(`ON DELETE ${key.onDelete}`);
  if (key.onUpdate !== undefined) parts.push(`ON UPDATE ${key.onUpdate}`);
  if (key.deferrable !== undefined) parts.push(key.deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE');
  if (key.initially !== undefined) parts.push(`INITIALLY ${key.initially}`);
  return parts.join(' ');
}

function foreignKeys(table: VectorTable): readonly VectorForeignKey[] {
  const ofColumns = table.columns.flatMap((column) =>
    (column.foreignKeys ?? []).map(({ target, ...rest }) => {
      const dot = target.lastIndexOf('.');
      return {
        ...rest,
        columns: [column.name],
        refTable: target.slice(0, dot),
        refColumns: [target.slice(dot + 1)],
      };
    }),
  );
  return [...ofColumns, ...(table.foreignKeys ?? [])];
}

function uniques(table: VectorTable): NonNullable<VectorTable['uniques']> {
  const ofColumns = table.columns.filter((column) => column.unique && !column.index);
  return [...ofColumns.map((column) => ({ columns: [column.name] })), ...(table.uniques ?? [])];
}

function checks(dialect: DdlDialect, table: VectorTable): NonNullable<VectorTable['checks']> {
  const ofTypes = table.columns.flatMap((column) => {
    const type = typeObject(column.type);
    const isNative = dialect === 'postgresql' && type.native !== false;
    if (!type.createConstraint || isNative) return [];
    const values = type.t === 'enum' ? (type.values ?? []).map(literal) : ['0', '1'];
    const name = type.constraintName ?? type.name;
    return [
      { ...(name === undefined ? {} : { name }), expr: `${quoted(column.name)} IN (${values.join(', ')})` },
    ];
  });
  return [...ofTypes, ...(table.checks ?? [])];
}

function indexes(table: VectorTable): readonly VectorIndex[] {
  const ofColumns = table.columns
    .filter((column) => column.index)
    .map((column) => ({
      // SQLAlchemy's own default: its label of a column begins with the schema.
      name: ['ix', table.schema, table.name, column.name].filter((part) => part !== undefined).join('_'),
      columns: [column.name],
      ...(column.unique ? { unique: true } : {}),
    }));
  return [...ofColumns, ...(table.indexes ?? [])];
}

function nativeEnums(schema: VectorSchema): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const collect = (type: VectorType): void => {
    const { t, name, values, native, item } = typeObject(type);
    if (t === 'array' && item !== undefined) collect(item);
    if (t === 'enum' && native !== false && name !== undefined) found.set(quoted(name), values ?? []);
  };
  for (const table of schema.tables) for (const column of table.columns) collect(column.type);
  return found;
}

function operatorClass(index: VectorIndex, column: string): string {
  const name = index.ops?.[column];
  return name === undefined ? '' : ` ${name}`;
}

function full(table: { readonly name: string; readonly schema?: string }): string {
  return table.schema === undefined ? quoted(table.name) : `${quoted(table.schema)}.${quoted(table.name)}`;
}

function named(name: string | null | undefined): string {
  return name === undefined || name === null ? '' : `CONSTRAINT ${quoted(name)} `;
}

function list(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}
