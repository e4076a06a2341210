import type { Exclude } from '../../../objects/exclude/operations.ts';
import type { Column } from '../../../schema/column.ts';
import { isSql, type Sql, sql } from '../../../schema/sql.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { plainOrQuoted } from '../identifiers.ts';
import { splitElement } from '../split-element.ts';
import { type Answer, type Ask, askDefault, askExpression, askGenerated, askType } from './ask.ts';
import { isCalledByName, type Question } from './questions.ts';

/** A place in a table that holds something that only the server can word. */
export interface Slot {
  /** the same for the same place of two tables */
  readonly path: string;
  readonly ask: Ask;
  readonly value: Answer;
  /** the table with another value in that place */
  readonly put: (table: Table, value: Answer) => Table;
}

/** The slots of what a question is about. */
export function slotsOf({ table, columns, constraints, indexes }: Question): readonly Slot[] {
  return [
    ...columns.flatMap((place) => columnSlots(table.columns[place]!, place, table)),
    ...constraints.flatMap((place) => constraintSlots(table.constraints[place]!, place, table)),
    ...indexes.flatMap((place) => indexSlots(table.indexes[place]!, place, table)),
  ];
}

function columnSlots(column: Column, place: number, table: Table): readonly Slot[] {
  const put =
    (change: (column: Column, value: Answer) => Column): Slot['put'] =>
    (into, value) => ({ ...into, columns: into.columns.with(place, change(into.columns[place]!, value)) });
  const { type, serverDefault, computed } = column;
  const slots: Slot[] = [];
  if (isCalledByName(type)) {
    slots.push({
      path: `column ${place} type`,
      ask: askType(column, table),
      value: type,
      put: put((each, value) => ({ ...each, type: value as ColumnType })),
    });
  }
  if (serverDefault !== null) {
    slots.push({
      path: `column ${place} default`,
      ask: askDefault(serverDefault, column, table),
      value: serverDefault,
      put: put((each, value) => ({ ...each, serverDefault: value as Column['serverDefault'] })),
    });
  }
  if (computed !== null) {
    slots.push({
      path: `column ${place} computed`,
      ask: askGenerated(computed.expression, column, table),
      value: computed.expression,
      put: put((each, value) => ({ ...each, computed: { ...computed, expression: value as Sql } })),
    });
  }
  return slots;
}

function constraintSlots(constraint: Constraint, place: number, table: Table): readonly Slot[] {
  const put =
    <C extends Constraint>(change: (constraint: C, value: Sql) => C): Slot['put'] =>
    (into, value) => ({
      ...into,
      constraints: into.constraints.with(place, change(into.constraints[place] as C, value as Sql)),
    });
  const path = `constraint ${place}`;
  if (constraint.kind === 'check') {
    return [
      {
        path,
        ask: askExpression('condition', constraint.condition, table),
        value: constraint.condition,
        put: put((each: typeof constraint, condition) => ({ ...each, condition })),
      },
    ];
  }
  if (constraint.kind !== 'exclude') return [];
  const { elements, where } = (constraint as Exclude).definition;
  const redefine = (
    change: (definition: Exclude['definition'], value: Sql) => Exclude['definition'],
  ): Slot['put'] => put((each: Exclude, value) => ({ ...each, definition: change(each.definition, value) }));
  return [
    ...elements.flatMap(({ expression }, i): Slot[] => {
      if (!isSql(expression)) return [];
      // how it is compared and ordered is no part of the expression
      const { subject, suffix } = splitElement(expression.text);
      return [
        {
          path: `${path} element ${i}`,
          ask: askExpression('expression', { ...expression, text: subject }, table),
          value: { ...expression, text: subject },
          put: redefine((each, value) => ({
            ...each,
            elements: each.elements.with(i, {
              ...each.elements[i]!,
              expression: behind(columnOrParenthesized(value, table), suffix),
            }),
          })),
        },
      ];
    }),
    ...(where === null
      ? []
      : [
          {
            path: `${path} where`,
            ask: askExpression('condition', where, table),
            value: where,
            put: redefine((each, value) => ({ ...each, where: value })),
          },
        ]),
  ];
}

function indexSlots(index: Index, place: number, table: Table): readonly Slot[] {
  const put =
    (change: (index: Index, value: Sql) => Index): Slot['put'] =>
    (into, value) => ({
      ...into,
      indexes: into.indexes.with(place, change(into.indexes[place]!, value as Sql)),
    });
  const path = `index ${place}`;
  return [
    ...index.elements.flatMap((element, i): Slot[] =>
      element.expression === null
        ? []
        : [
            {
              path: `${path} element ${i}`,
              ask: askExpression('expression', element.expression, table),
              value: element.expression,
              put: put((each, value) => {
                const column = columnNamed(value, table);
                const said = { ...each.elements[i]!, column, expression: column === null ? value : null };
                return { ...each, elements: each.elements.with(i, said) };
              }),
            },
          ],
    ),
    ...(index.where === null
      ? []
      : [
          {
            path: `${path} where`,
            ask: askExpression('condition', index.where, table),
            value: index.where,
            put: put((each, where) => ({ ...each, where })),
          },
        ]),
  ];
}

/** An expression that is only a column's name is that column. */
function columnNamed({ text }: Sql, table: Table): string | null {
  const quoted = /^"((?:[^"]|"")*)"$/.exec(text)?.[1]?.replaceAll('""', '"');
  const name = quoted ?? text;
  return table.columns.some((column) => column.name === name) ? name : null;
}

/** As the reader writes it. */
function behind(subject: string | Sql, suffix: string): string | Sql {
  if (suffix === '') return subject;
  return isSql(subject)
    ? { ...subject, text: subject.text + suffix }
    : sql.raw(plainOrQuoted(subject) + suffix);
}

/** As the reader writes an element of an EXCLUDE. */
function columnOrParenthesized(value: Sql, table: Table): string | Sql {
  return columnNamed(value, table) ?? { ...value, text: `(${value.text})` };
}
