import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import { type NameInput, nameFields } from './names.ts';
import { isSql, type Sql } from './sql.ts';

/** An element of an index: a column or an expression, and how it is ordered. A null takes the database's default. */
export interface IndexElement {
  /** exactly one of `column` and `expression` is there */
  readonly column: string | null;
  readonly expression: Sql | null;
  readonly order: 'ASC' | 'DESC' | null;
  readonly nulls: 'FIRST' | 'LAST' | null;
  readonly collation: string | null;
  /** operator class (PostgreSQL) */
  readonly operatorClass: string | null;
  /** the first so many characters or bytes (MySQL) */
  readonly length: number | null;
}

/** What the builder takes for an element. */
export type IndexElementInput = string | Sql | Partial<IndexElement>;

export interface Index {
  readonly kind: 'index';
  readonly name: string | null;
  readonly finalName?: true;
  readonly elements: readonly IndexElement[];
  readonly unique: boolean;
  /** of a partial index */
  readonly where: Sql | null;
  readonly options: DialectOptions;
  /** the database has it, and doesn't use it: what a CREATE INDEX CONCURRENTLY leaves that failed (PostgreSQL) */
  readonly isValid?: false;
}

export interface IndexOptions extends DialectOptionsInput {
  readonly unique?: boolean;
  readonly where?: Sql | null;
}

export const indexOptionNames: readonly string[] = ['unique', 'where', ...dialectNames];

/**
 * An index of a table: ``index('ix_users_created', ['created_at', sql`lower(email)`], { unique: true })``. Elements are column names,
 * `sql` expressions, or objects such as `{ column: 'age', order: 'DESC', nulls: 'LAST' }`; an expression that ends in DESC is written as such an object.
 */
export function index(
  name: NameInput,
  elements: readonly IndexElementInput[],
  options: IndexOptions = {},
): Index {
  checkOptions('index', options, indexOptionNames);
  if (!Array.isArray(elements) || elements.length === 0) {
    throw new ArgumentError('BAD_ARGUMENT', 'index takes an array of at least one column or expression.');
  }
  const picked = pickDialectOptions(options);
  return deepFreeze({
    kind: 'index',
    ...nameFields('index: name', name),
    elements: elements.map(indexElement),
    unique: options.unique ?? false,
    where: options.where ?? dialectWhere(picked),
    options: withoutWhere(picked),
  });
}

function indexElement(input: IndexElementInput): IndexElement {
  const base = {
    column: null,
    expression: null,
    order: null,
    nulls: null,
    collation: null,
    operatorClass: null,
    length: null,
  };
  if (typeof input === 'string') return { ...base, column: checkName('index: a column', input) };
  if (isSql(input)) return { ...base, expression: input };
  checkOptions('index: an element', input, Object.keys(base));
  const element = { ...base, ...input };
  if ((element.column === null) === (element.expression === null)) {
    throw new ArgumentError('BAD_ARGUMENT', 'index: an element has either a column or an expression.');
  }
  return element;
}

/** `{ postgresql: { where } }` and `{ sqlite: { where } }` are the spelling of Alembic's `postgresql_where`; the index has one. */
function dialectWhere(options: DialectOptions): Sql | null {
  for (const dialect of Object.values(options)) {
    const where = dialect.where;
    if (isSql(where)) return where;
  }
  return null;
}

function withoutWhere(options: DialectOptions): DialectOptions {
  const kept = Object.entries(options).map(([dialect, { where: _, ...rest }]) => [dialect, rest] as const);
  return Object.fromEntries(kept.filter(([, rest]) => Object.keys(rest).length > 0));
}
