import type { Exclude } from '../../../objects/exclude/operations.ts';
import type { Column } from '../../../schema/column.ts';
import type { ServerDefault } from '../../../schema/default.ts';
import type { ForeignKey } from '../../../schema/foreign-key.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { isSql, type Sql, sql } from '../../../schema/sql.ts';
import { parseSqlName } from '../../../schema/sql-name.ts';
import { type Constraint, primaryKeyOf, type Table } from '../../../schema/table.ts';
import type { Index, IndexElement } from '../../../schema/table-index.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { canonicalType } from '../canonical-type.ts';
import { readExpression, withoutQualifiers } from '../expressions.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { type IntegerType, withoutDefaults } from '../identity-defaults.ts';
import { impliedChecks } from '../implied-checks.ts';
import { keptName } from '../kept-names.ts';
import {
  asData,
  canonicalOperatorClass,
  columnOptions,
  constraintOptions,
  indexOptions,
  operatorClassOf,
  type TableOptions,
  tableOptions,
} from '../options.ts';
import { isSerial } from '../writer/column-sql.ts';
import { defaultSequenceName } from './default-names.ts';

/**
 * A table as the server would report it, as far as that is known without asking: all but the text of expressions and the names that it makes up. The
 * checks that types ask for are at the end of its constraints. `defaultSchema` is the name that null stands for.
 */
export function canonicalTable(given: Table, defaultSchema: string | null): Table {
  const where = `Table '${displayName(given)}'`;
  const label = (schema: string | null): string | null =>
    schema === defaultSchema ? null : schema && cutIdentifier(schema);
  const schema = label(given.schema);
  const key = primaryKeyOf(given)?.columns ?? [];
  return {
    ...given,
    name: cutIdentifier(given.name),
    schema,
    columns: given.columns.map((column) =>
      canonicalColumn(column, given, key.includes(column.name), schema ?? defaultSchema),
    ),
    constraints: [...given.constraints, ...impliedChecks(given)].map((constraint) => ({
      ...canonicalConstraint(constraint, given, label),
      options: asData(
        constraintOptions(`${where}: its ${constraint.kind} ${constraint.name ?? ''}`, constraint.options),
      ),
    })),
    indexes: given.indexes.map((index) => canonicalIndex(index, given, where)),
    comment: given.comment || null,
    options: asData(canonicalOptions(tableOptions(where, given.options), label)),
  };
}

/** Names of other tables in one spelling; what a table is partitioned by begins as the server prints it. */
function canonicalOptions(
  options: TableOptions,
  label: (schema: string | null) => string | null,
): TableOptions {
  const spell = (sql: string): string => {
    const name = parseSqlName(sql);
    return name === null ? sql : quoteName({ schema: label(name.schema), name: name.name });
  };
  const { partitionOf, inherits, partitionBy } = options;
  return {
    ...options,
    ...(partitionOf !== undefined && { partitionOf: spell(partitionOf) }),
    ...(inherits !== undefined && { inherits: inherits.map(spell) }),
    ...(partitionBy !== undefined && {
      partitionBy: partitionBy.trim().replace(/^(\w+)\s*\(/, (_, by: string) => `${by.toUpperCase()} (`),
    }),
  };
}

function canonicalColumn(column: Column, owner: Table, inKey: boolean, schema: string | null): Column {
  const type = canonicalType(column.type, schema);
  const autoincrement = isSerial(column, owner) || isSerialInWords(column, owner, schema);
  const identity = column.identity && withoutDefaults(column.identity, integerTypes[type.name] ?? 'integer');
  return {
    ...column,
    name: cutIdentifier(column.name),
    type,
    nullable: column.nullable && !inKey && identity === null && !autoincrement,
    autoincrement,
    serverDefault: autoincrement ? null : canonicalDefault(column.serverDefault, owner),
    computed: column.computed && {
      expression: canonicalSql(column.computed.expression, owner),
      persisted: column.computed.persisted ?? true,
    },
    identity,
    comment: column.comment || null,
    options: asData(columnOptions(`Column '${column.name}' of ${displayName(owner)}`, column.options)),
  };
}

const integerTypes: { readonly [type: string]: IntegerType } = {
  smallInteger: 'smallint',
  integer: 'integer',
  bigInteger: 'bigint',
};

/** A default that says nextval of the sequence that SERIAL would make: introspected models write it out. */
export function isSerialInWords(
  { name, serverDefault }: Pick<Column, 'name' | 'serverDefault'>,
  owner: QualifiedName,
  schema: string | null,
): boolean {
  if (!isSql(serverDefault)) return false;
  const sequence = /^nextval\('(.*)'(?:::regclass)?\)$/s.exec(readExpression(serverDefault.text))?.[1];
  if (sequence === undefined) return false;
  const usual = defaultSequenceName(owner.name, name);
  const spellings = [usual, quoteIdentifier(usual)];
  const inSchema = schema === null ? [] : [schema, quoteIdentifier(schema)];
  const qualified = inSchema.flatMap((prefix) => spellings.map((each) => `${prefix}.${each}`));
  return [...spellings, ...qualified].includes(sequence.replaceAll("''", "'"));
}

function canonicalDefault(value: ServerDefault | null, owner: QualifiedName): ServerDefault | null {
  return isSql(value) ? canonicalSql(value, owner) : value;
}

/** As it stands in a table: without the table's name before its columns. */
function canonicalSql({ text }: Sql, owner: QualifiedName): Sql {
  return sql.raw(readExpression(withoutQualifiers(text, owner)));
}

function canonicalConstraint(
  constraint: Constraint,
  owner: QualifiedName,
  label: (schema: string | null) => string | null,
): Constraint {
  const { finalName: _, ...rest } = constraint;
  const name = constraint.name === null ? null : keptName(constraint.name);
  switch (rest.kind) {
    case 'check':
      return { ...rest, name, condition: canonicalSql(rest.condition, owner) };
    case 'exclude':
      return { ...canonicalExclude(rest as Exclude, owner), name };
    case 'foreignKey':
      return { ...canonicalForeignKey(rest, label), name };
    default:
      return { ...rest, name, columns: rest.columns.map(cutIdentifier), ...timing(rest) };
  }
}

function canonicalForeignKey(key: ForeignKey, label: (schema: string | null) => string | null): ForeignKey {
  return {
    ...key,
    columns: key.columns.map(cutIdentifier),
    referredSchema: label(key.referredSchema),
    referredTable: cutIdentifier(key.referredTable),
    referredColumns: key.referredColumns.map(cutIdentifier),
    onDelete: key.onDelete && withQuotedColumns(key.onDelete),
    match: key.match === 'SIMPLE' ? null : key.match,
    useAlter: false,
    ...timing(key),
  };
}

/** `SET NULL (a, b)` with the names as the reader writes them. */
function withQuotedColumns(action: string): string {
  const [, words = action, list] = /^([A-Z ]+?) *\((.*)\)$/s.exec(action) ?? [];
  if (list === undefined) return action;
  const names = [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain = '']) =>
    quoteIdentifier(quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"')),
  );
  return `${words} (${names.join(', ')})`;
}

function canonicalExclude(given: Exclude, owner: QualifiedName): Exclude {
  const { elements, using, where, deferrable, initially } = given.definition;
  return {
    ...given,
    definition: {
      elements: elements.map(({ expression, operator }) => ({
        expression: isSql(expression) ? expression : cutIdentifier(expression),
        // what the search path leads to is told by its name alone
        operator: /^operator\s*\(\s*pg_catalog\s*\.\s*([^\s)]+)\s*\)$/i.exec(operator)?.[1] ?? operator,
      })),
      using: (using ?? 'gist').toLowerCase(),
      where: where && canonicalSql(where, owner),
      ...timing({ deferrable, initially }),
    },
  };
}

function timing({
  deferrable,
  initially,
}: {
  readonly deferrable: boolean | null;
  readonly initially: string | null;
}): {
  readonly deferrable: true | null;
  readonly initially: 'DEFERRED' | null;
} {
  const isDeferred = initially === 'DEFERRED';
  return { deferrable: deferrable || isDeferred || null, initially: isDeferred ? 'DEFERRED' : null };
}

function canonicalIndex(given: Index, owner: Table, where: string): Index {
  const { finalName: _, ...index } = given;
  const {
    concurrently: __,
    ops = {},
    ...options
  } = indexOptions(`${where}: the index ${given.name ?? ''}`, given.options);
  return {
    ...index,
    name: index.name === null ? null : keptName(index.name),
    elements: index.elements.map((element) => canonicalElement(element, owner, ops)),
    where: index.where && canonicalSql(index.where, owner),
    options: asData(options),
  };
}

function canonicalElement(
  element: IndexElement,
  owner: Table,
  ops: { readonly [column: string]: string },
): IndexElement {
  const { column, expression, order, nulls } = element;
  const descending = order === 'DESC';
  const operatorClass = operatorClassOf(element, ops);
  const type = owner.columns.find(({ name }) => name === column)?.type;
  return {
    ...element,
    // one that the column has anyway
    collation: type && element.collation === ownCollation(type) ? null : element.collation,
    column: column && cutIdentifier(column),
    expression: expression && canonicalSql(expression, owner),
    order: descending ? 'DESC' : null,
    nulls: nulls === (descending ? 'FIRST' : 'LAST') ? null : nulls,
    operatorClass: operatorClass && canonicalOperatorClass(operatorClass),
    length: null,
  };
}

/** The collation of a type, as far as the models say. */
function ownCollation(type: ColumnType): string | null {
  if (type.collation !== undefined) return type.collation;
  if (type.name === 'domain') return type.definition ? (type.definition.collation ?? 'default') : null;
  return type.name === 'sqlType' ? null : 'default';
}
