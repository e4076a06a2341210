import type { Exclude } from '../../../objects/exclude/operations.ts';
import type { ForeignKey } from '../../../schema/foreign-key.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { PrimaryKey } from '../../../schema/primary-key.ts';
import { isSql, type Sql } from '../../../schema/sql.ts';
import type { Constraint } from '../../../schema/table.ts';
import type { Unique } from '../../../schema/unique.ts';
import { expressionText } from '../expressions.ts';
import { quoteIdentifier, quoteList, quoteName } from '../identifiers.ts';
import { type ConstraintOptions, constraintOptions } from '../options.ts';
import { splitElement } from '../split-element.ts';
import { storageSql } from './index-sql.ts';

/** `CONSTRAINT "name" UNIQUE ("a")`, or without a name. */
export function constraintSql(constraint: Constraint, owner: QualifiedName): string {
  const where = `The ${constraint.kind} ${constraint.name ?? ''} of table '${displayName(owner)}'`;
  const options = constraintOptions(where, constraint.options);
  const name = constraint.name === null ? '' : `CONSTRAINT ${quoteIdentifier(constraint.name)} `;
  return name + definition(constraint, options);
}

function definition(constraint: Constraint, options: ConstraintOptions): string {
  switch (constraint.kind) {
    case 'primaryKey':
      return `PRIMARY KEY ${keySql(constraint, options)}`;
    case 'unique':
      return `UNIQUE ${options.nullsNotDistinct ? 'NULLS NOT DISTINCT ' : ''}${keySql(constraint, options)}`;
    case 'check':
      return [
        `CHECK (${expressionText(constraint.condition)})`,
        options.noInherit && 'NO INHERIT',
        ...validity(options),
      ]
        .filter(Boolean)
        .join(' ');
    case 'foreignKey':
      return [foreignKeySql(constraint), ...validity(options)].join(' ');
    case 'exclude':
      return excludeSql(constraint as Exclude, options);
  }
}

function keySql(key: PrimaryKey | Unique, options: ConstraintOptions): string {
  return [`(${quoteList(key.columns)})`, ...behindElements(options), ...deferral(key)]
    .filter(Boolean)
    .join(' ');
}

/** What is said of the index behind a key or an EXCLUDE. */
function behindElements({
  include,
  with: stored,
  tablespace,
}: ConstraintOptions): readonly (string | undefined)[] {
  return [
    include && `INCLUDE (${quoteList(include)})`,
    stored && `WITH (${storageSql(stored)})`,
    tablespace && `USING INDEX TABLESPACE ${quoteIdentifier(tablespace)}`,
  ];
}

function foreignKeySql(key: ForeignKey): string {
  const referred = quoteName({ schema: key.referredSchema, name: key.referredTable });
  return [
    `FOREIGN KEY (${quoteList(key.columns)}) REFERENCES ${referred} (${quoteList(key.referredColumns)})`,
    key.match !== null && key.match !== 'SIMPLE' && `MATCH ${key.match}`,
    key.onDelete !== null && `ON DELETE ${key.onDelete}`,
    key.onUpdate !== null && `ON UPDATE ${key.onUpdate}`,
    ...deferral(key),
  ]
    .filter(Boolean)
    .join(' ');
}

function excludeSql({ definition }: Exclude, options: ConstraintOptions): string {
  const { elements, using, where, deferrable, initially } = definition;
  const list = elements
    .map(({ expression, operator }) => `${element(expression)} WITH ${operator}`)
    .join(', ');
  return [
    `EXCLUDE USING ${using ?? 'gist'} (${list})`,
    ...behindElements(options),
    where !== null && `WHERE (${expressionText(where)})`,
    ...deferral({ deferrable, initially }),
  ]
    .filter(Boolean)
    .join(' ');
}

/** What can't stand as an element by itself gets parentheses. */
function element(expression: string | Sql): string {
  if (!isSql(expression)) return quoteIdentifier(expression);
  return splitElement(expression.text).isTerm ? expression.text.trim() : `(${expressionText(expression)})`;
}

function deferral({
  deferrable,
  initially,
}: {
  readonly deferrable: boolean | null;
  readonly initially: string | null;
}): readonly string[] {
  return [
    ...(deferrable === null ? [] : [deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE']),
    ...(initially === null ? [] : [`INITIALLY ${initially}`]),
  ];
}

function validity(options: ConstraintOptions): readonly string[] {
  if (options.notEnforced) return ['NOT ENFORCED'];
  return options.notValid ? ['NOT VALID'] : [];
}
