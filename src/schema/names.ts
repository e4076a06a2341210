import { ArgumentError } from '../errors.ts';
import { checkName } from './check-options.ts';

/** Where a table, or another object of a database, is found. `schema: null` is the connection's default schema. */
export interface QualifiedName {
  readonly schema: string | null;
  readonly name: string;
  /** tells objects of one kind and name apart: the types of a function's arguments, the table of a trigger */
  readonly qualifier?: string;
}

/** A key for maps: equal for equal names, different for different ones, whatever characters they hold. */
export function keyOf(object: QualifiedName): string {
  const name = object.schema === null ? object.name : `${object.schema}\0${object.name}`;
  return object.qualifier === undefined ? name : `${name}\0\0${object.qualifier}`;
}

/** The name for people: `schema.name`. */
export function displayName(object: QualifiedName): string {
  const name = object.schema === null ? object.name : `${object.schema}.${object.name}`;
  return object.qualifier === undefined ? name : `${name}(${object.qualifier})`;
}

/** Reads `'table'` or `'schema.table'`; with `schema` given (null included), `text` is the bare name, dots and all. */
export function parseQualifiedName(what: string, text: string, schema?: string | null): QualifiedName {
  checkName(what, text);
  if (schema !== undefined) return { schema, name: text };
  const dot = text.indexOf('.');
  if (dot <= 0 || dot === text.length - 1) return { schema: null, name: text };
  return { schema: text.slice(0, dot), name: text.slice(dot + 1) };
}

/** A name that naming conventions leave as it is, made by `f('…')`; null is no name at all, whatever the convention. */
export interface FinalName {
  readonly kind: 'name';
  readonly name: string | null;
}

/**
 * Marks a constraint's name as final: a naming convention isn't applied to it again (Alembic's `op.f`). `f(null)` has no name even where a convention
 * would give one.
 */
export function f(name: string | null): FinalName {
  return Object.freeze({ kind: 'name', name: name === null ? null : checkName('f(name)', name) });
}

/** What the builders take for a constraint's or an index's name. */
export type NameInput = string | FinalName | null | undefined;

/** The name as data, with `finalName` only where a convention may not touch it. */
export function nameFields(what: string, input: NameInput): { name: string | null; finalName?: true } {
  if (input === undefined || input === null) return { name: null };
  if (typeof input === 'string') return { name: checkName(what, input) };
  if (input.kind === 'name')
    return { name: input.name === null ? null : checkName(what, input.name), finalName: true };
  throw new ArgumentError('BAD_NAME', `${what} must be a string, f('…') or null.`);
}

/** The name as the builders take it: what {@link nameFields} makes of it is the same again. */
export function nameInput({
  name,
  finalName,
}: {
  readonly name: string | null;
  readonly finalName?: true;
}): NameInput {
  return finalName ? f(name) : name;
}

/** A copied list of column names, checked. */
export function columnNames(what: string, columns: readonly string[]): readonly string[] {
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new ArgumentError('BAD_ARGUMENT', `${what} takes an array of at least one column name.`);
  }
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined)
    throw new ArgumentError('BAD_ARGUMENT', `${what} names the column '${twice}' twice.`);
  return columns.map((column) => checkName(`${what}: a column`, column));
}
