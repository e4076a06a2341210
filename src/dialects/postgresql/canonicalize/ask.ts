import type { Column } from '../../../schema/column.ts';
import type { ServerDefault } from '../../../schema/default.ts';
import type { Sql } from '../../../schema/sql.ts';
import type { Table } from '../../../schema/table.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { expressionText, wordsOf } from '../expressions.ts';
import { collateSql, typeSql } from '../type-sql.ts';
import { defaultSql } from '../writer/column-sql.ts';

/** One thing to be put into the server's words. */
export interface Ask {
  /**
   * a column's type; a default; the value that a default has wherever and whenever it is computed; what a column is generated from; a condition (of a
   * check, an index); an expression of any type (in an index)
   */
  readonly kind: 'type' | 'default' | 'value' | 'generated' | 'condition' | 'expression';
  readonly sql: string;
  /** the SQL type of the column that holds it; empty for a condition or an expression */
  readonly type: string;
  /** the columns that it names, and their types */
  readonly context: ReadonlyMap<string, string>;
}

/** What a place holds: a type, a default (null: none), an expression. */
export type Answer = ColumnType | ServerDefault | null;

/** What the server says. */
export interface Told {
  readonly value: Answer;
  /** the same, letter by letter; empty for no default. Of a value, its text. */
  readonly printed: string;
}

/** The same ask, for what the server has printed of it. */
export function askAgain(ask: Ask, printed: string): Ask {
  return { ...ask, sql: ask.kind === 'default' ? `(${printed || 'NULL'})` : printed };
}

/** For a default: the value of it in a column of its type. There is none where it may be another one each time. */
export function askValue(ask: Ask): Ask | null {
  return ask.kind === 'default' ? { ...ask, kind: 'value' } : null;
}

export function askType(column: Column, table: Table): Ask {
  return { kind: 'type', sql: '', type: columnType(column, table), context: new Map() };
}

export function askDefault(value: ServerDefault, column: Column, table: Table): Ask {
  return { kind: 'default', sql: defaultSql(value), type: columnType(column, table), context: new Map() };
}

export function askGenerated(expression: Sql, column: Column, table: Table): Ask {
  return {
    kind: 'generated',
    sql: expressionText(expression),
    type: columnType(column, table),
    context: contextOf(expression, table),
  };
}

export function askExpression(kind: 'condition' | 'expression', expression: Sql, table: Table): Ask {
  return { kind, sql: expressionText(expression), type: '', context: contextOf(expression, table) };
}

/** Equal for asks with the same answer. */
export function askKey({ kind, sql, type, context }: Ask): string {
  return JSON.stringify([kind, sql, type, ...context]);
}

function columnType({ type }: Column, table: Table): string {
  return typeSql(withEnumSchema(type, table.schema)) + collateSql(type.collation);
}

function contextOf({ text }: Sql, table: Table): ReadonlyMap<string, string> {
  const words = wordsOf(text);
  const named = table.columns.filter(({ name }) => words.has(name));
  return new Map(named.map((column) => [column.name, columnType(column, table)]));
}
