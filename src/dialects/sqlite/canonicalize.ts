import type { Connection } from '../../dialect/connection.ts';
import type { SqlWriter } from '../../dialect/sql-writer.ts';
import type { Check } from '../../schema/check.ts';
import type { Column } from '../../schema/column.ts';
import type { ServerDefault } from '../../schema/default.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import { keyOf, type QualifiedName } from '../../schema/names.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { isSql, type Sql } from '../../schema/sql.ts';
import { type Constraint, primaryKeyOf, type Table } from '../../schema/table.ts';
import type { Index, IndexElement } from '../../schema/table-index.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import type { Unique } from '../../schema/unique.ts';
import { impliedChecks } from './implied-checks.ts';
import { declaredType } from './inspect/declared-type.ts';
import { parseDefault } from './inspect/default.ts';
import { toSql, withoutParentheses } from './inspect/expression.ts';
import { type ColumnLookup, columnLookup, indexElement } from './inspect/index-elements.ts';
import { normalizeExpression } from './inspect/normalize-expression.ts';
import { lowerCase, tokenize } from './inspect/tokens.ts';
import {
  collationName,
  sqliteColumnOptions,
  sqliteKeyOptions,
  sqliteOptions,
  sqliteTableOptions,
} from './options.ts';
import { isRowNumber, reflectType } from './reflect-type.ts';

/**
 * The model's tables as {@link inspect} would report them once made. SQLite keeps expressions as they were written, so where a model's expression is the
 * same as the database's in the same place (by {@link normalizeExpression}), it takes the database's text, and so do names that differ in case only.
 * Result i is of `tables[i]`, and its columns, constraints and indexes are in the model's order; the CHECKs that types imply follow the constraints.
 *
 * @throws ArgumentError `UNKNOWN_OPTION`, `BAD_ARGUMENT` for impossible options under `sqlite`, `BAD_TYPE`, `UNSUPPORTED_TYPE`.
 */
export async function canonicalize(
  tables: readonly Table[],
  database: SchemaModel,
  connection: Connection,
): Promise<readonly Table[]> {
  const there = new Map(database.tables.map((table) => [lookupKey(table), table]));
  const { writer } = connection.dialect;
  return tables.map((table) => new TableCanonicalizer(table, there, writer).table());
}

function lookupKey({ schema, name }: QualifiedName): string {
  return keyOf({ schema, name: lowerCase(name) });
}

class TableCanonicalizer {
  readonly #model: Table;
  readonly #database: Table | undefined;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #writer: SqlWriter;
  /** the database's columns by their names in lower case */
  readonly #there: ReadonlyMap<string, Column>;
  /** names, in lower case, that an expression can mean */
  readonly #columnNames: ReadonlySet<string>;

  constructor(model: Table, tables: ReadonlyMap<string, Table>, writer: SqlWriter) {
    this.#model = model;
    this.#tables = tables;
    this.#writer = writer;
    this.#database = tables.get(lookupKey(model));
    this.#there = new Map(this.#database?.columns.map((column) => [lowerCase(column.name), column]));
    this.#columnNames = new Set(model.columns.map((column) => lowerCase(column.name)));
  }

  table(): Table {
    const model = this.#model;
    const database = this.#database;
    const options = sqliteTableOptions(`Table '${model.name}'`, model.options);
    const unprintable = database === undefined ? [] : sqliteTableOptions('', database.options).unprintable;
    const typed = model.columns.map((column) => this.#column(column));
    const key = primaryKeyOf(model);
    const neverNull = new Set(
      options.strict || options.withoutRowid || (key !== null && isRowNumber(key, typed, options))
        ? key?.columns.map(lowerCase)
        : [],
    );
    const columns = typed.map((column) =>
      neverNull.has(lowerCase(column.name)) ? { ...column, nullable: false } : column,
    );
    const lookup = columnLookup(columns);
    return {
      ...model,
      name: database?.name ?? model.name,
      columns,
      constraints: [...model.constraints, ...impliedChecks(model)].map((constraint) =>
        this.#constraint(constraint, columns, lookup),
      ),
      indexes: model.indexes.map((index) => this.#index(index, lookup)),
      comment: null,
      options: sqliteOptions({ ...options, unprintable }),
    };
  }

  #column(column: Column): Column {
    const there = this.#there.get(lowerCase(column.name));
    const written = typeFor(column.type, 'sqlite');
    const { collation, ...type } = written;
    const options = sqliteColumnOptions(`Column '${this.#model.name}.${column.name}'`, column.options);
    const names = options.constraintNames;
    return {
      kind: 'column',
      name: there?.name ?? column.name,
      type: canonicalType(this.#writer.type(type)),
      nullable: column.nullable,
      autoincrement: 'auto',
      serverDefault:
        column.serverDefault === null ? null : this.#default(column.serverDefault, column, there),
      computed: column.computed && {
        expression: this.#spelling(column.computed.expression, there?.computed?.expression),
        persisted: column.computed.persisted ?? false,
      },
      identity: null,
      comment: null,
      options: sqliteOptions({
        ...options,
        collation: collationName(collation ?? options.collation),
        // nobody names a NOT NULL to tell it from one without a name
        constraintNames:
          Object.keys(names).length > 0 || there === undefined
            ? names
            : sqliteColumnOptions('', there.options).constraintNames,
      }),
    };
  }

  #default(value: ServerDefault, column: Column, there: Column | undefined): ServerDefault {
    const canonical = parseDefault(this.#writer.default(value, column.type));
    const stored = there?.serverDefault;
    return isSql(canonical) ? this.#spelling(canonical, isSql(stored) ? stored : undefined) : canonical;
  }

  #constraint(constraint: Constraint, columns: readonly Column[], lookup: ColumnLookup): Constraint {
    const { finalName: _, ...unmarked } = constraint;
    const plain = unmarked as Constraint;
    switch (plain.kind) {
      case 'primaryKey':
        return this.#key(
          plain,
          lookup,
          isRowNumber(plain, columns, sqliteTableOptions('', this.#model.options)),
        );
      case 'unique':
        return this.#key(plain, lookup, false);
      case 'foreignKey':
        return this.#foreignKey(plain, lookup);
      case 'check':
        return { ...plain, condition: this.#condition(plain), options: {} };
      default:
        return plain;
    }
  }

  #key<Key extends PrimaryKey | Unique>(key: Key, lookup: ColumnLookup, isNumber: boolean): Key {
    const { descending, collations, ...options } = sqliteKeyOptions(
      `The ${key.kind} of '${this.#model.name}'`,
      key.options,
    );
    const columns = realNames(key.columns, lookup);
    const collated = Object.entries(collations).filter(
      ([name, collation]) => collation !== (lookup.get(lowerCase(name))?.collation ?? 'BINARY'),
    );
    return {
      ...key,
      columns,
      deferrable: null,
      initially: null,
      options: sqliteOptions(
        isNumber
          ? { onConflict: options.onConflict }
          : {
              ...options,
              descending: columns.filter((name) =>
                descending.some((other) => lowerCase(other) === lowerCase(name)),
              ),
              collations: Object.fromEntries(
                collated.map(([name, collation]) => [realName(name, lookup), collation]),
              ),
            },
      ),
    };
  }

  #foreignKey(key: ForeignKey, lookup: ColumnLookup): ForeignKey {
    const { schema } = this.#model;
    const parent = this.#tables.get(lookupKey({ schema, name: key.referredTable }));
    const parentColumns = new Map(parent?.columns.map((column) => [lowerCase(column.name), column]));
    const initially = key.initially === 'DEFERRED' && key.deferrable !== false ? 'DEFERRED' : null;
    return {
      ...key,
      columns: realNames(key.columns, lookup),
      // a foreign key of SQLite can't leave its schema
      referredSchema: schema,
      referredTable: parent?.name ?? key.referredTable,
      referredColumns: realNames(key.referredColumns, parentColumns),
      deferrable: key.deferrable === true || initially !== null ? true : null,
      initially,
      match: key.match === 'SIMPLE' ? null : key.match,
      useAlter: false,
      options: {},
    };
  }

  /** With the text of the same check in the database: best of the one with the same name, since one condition may stand there in two spellings. */
  #condition(check: Check): Sql {
    const checks = this.#database?.constraints.filter((other) => other.kind === 'check') ?? [];
    const same = checks.filter((other) => this.#isSame(check.condition, other.condition));
    return (same.find((other) => other.name === check.name) ?? same[0])?.condition ?? bare(check.condition);
  }

  #index(index: Index, lookup: ColumnLookup): Index {
    const { finalName: _, ...plain } = index;
    const there = this.#database?.indexes.find(
      (other) => lowerCase(other.name ?? '') === lowerCase(index.name ?? ''),
    );
    return {
      ...plain,
      name: there?.name ?? index.name,
      elements: index.elements.map((element, i) => this.#element(element, there?.elements[i], lookup)),
      where: index.where && this.#spelling(index.where, there?.where ?? undefined),
      options: {},
    };
  }

  #element(element: IndexElement, there: IndexElement | undefined, lookup: ColumnLookup): IndexElement {
    const read = element.expression === null ? element : parseElement(element.expression, lookup);
    const column = read.column === null ? undefined : lookup.get(lowerCase(read.column));
    const collation = (element.collation ?? read.collation)?.toUpperCase() ?? null;
    return {
      column: column?.name ?? null,
      expression: read.expression && this.#spelling(read.expression, there?.expression ?? undefined),
      order: element.order === 'DESC' || read.order === 'DESC' ? 'DESC' : null,
      nulls: null,
      collation: collation === (column?.collation ?? 'BINARY') ? null : collation,
      operatorClass: null,
      length: null,
    };
  }

  /** The model's expression in the database's spelling of it, where that means the same. */
  #spelling(model: Sql, database: Sql | undefined): Sql {
    return database !== undefined && this.#isSame(model, database) ? database : bare(model);
  }

  #isSame(a: Sql, b: Sql): boolean {
    if (a.text === b.text) return true;
    return normalizeExpression(a.text, this.#columnNames) === normalizeExpression(b.text, this.#columnNames);
  }
}

/** As tables declare it; the same few texts come again and again. */
function canonicalType(text: string): ColumnType {
  let type = canonicalTypes.get(text);
  if (type === undefined) {
    type = reflectType(declaredType(text));
    if (canonicalTypes.size < 1000) canonicalTypes.set(text, type);
  }
  return type;
}
const canonicalTypes = new Map<string, ColumnType>();

function bare(expression: Sql): Sql {
  return toSql(withoutParentheses({ sql: expression.text, tokens: tokenize(expression.text) }));
}

function parseElement({ text }: Sql, lookup: ColumnLookup): IndexElement {
  return indexElement({ sql: text, tokens: tokenize(text) }, lookup);
}

type Names = ReadonlyMap<string, { readonly name: string }>;

function realNames(names: readonly string[], lookup: Names): readonly string[] {
  return names.map((name) => realName(name, lookup));
}

function realName(name: string, lookup: Names): string {
  return lookup.get(lowerCase(name))?.name ?? name;
}
