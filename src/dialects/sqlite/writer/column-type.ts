import { ArgumentError } from '../../../errors.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { typeFor } from '../../../schema/types/generic.ts';

/** As SQLAlchemy's SQLite compiler names them. */
const names: { readonly [type: string]: string | ((type: ColumnType) => string) } = {
  integer: 'INTEGER',
  smallInteger: 'SMALLINT',
  bigInteger: 'BIGINT',
  numeric: ({ precision, scale }) => {
    if (precision === undefined) return 'NUMERIC';
    return scale === undefined ? `NUMERIC(${precision})` : `NUMERIC(${precision}, ${scale})`;
  },
  float: 'FLOAT',
  double: 'DOUBLE',
  real: 'REAL',
  boolean: 'BOOLEAN',
  string: (type) => sized('VARCHAR', type.length),
  unicode: (type) => sized('VARCHAR', type.length),
  char: (type) => sized('CHAR', type.length),
  text: 'TEXT',
  date: 'DATE',
  time: 'TIME',
  dateTime: 'DATETIME',
  timestamp: 'TIMESTAMP',
  interval: 'DATETIME',
  json: 'JSON',
  uuid: 'CHAR(32)',
  largeBinary: 'BLOB',
  varbinary: (type) => sized('VARBINARY', type.length),
  enumType: ({ values = [], length }) =>
    sized('VARCHAR', length ?? Math.max(1, ...values.map((value) => [...value].length))),
  sqlType: ({ text = '' }) => text,
};

/**
 * The type as it is declared; empty for a column without a type.
 *
 * @throws ArgumentError `UNSUPPORTED_TYPE` for a type of another database.
 */
export function columnType(type: ColumnType): string {
  const own = typeFor(type, 'sqlite');
  const name = Object.hasOwn(names, own.name) ? names[own.name] : undefined;
  if (name !== undefined) return typeof name === 'string' ? name : name(own);
  throw new ArgumentError(
    'UNSUPPORTED_TYPE',
    `SQLite has no type '${own.name}'. Give another one for SQLite: withVariant(…, { sqlite: text() }), or sqlType('…').`,
  );
}

function sized(name: string, size: number | undefined): string {
  return size === undefined ? name : `${name}(${size})`;
}
