import { ArgumentError } from '../errors.ts';
import { checkName, checkOptions } from '../schema/check-options.ts';
import type { QualifiedName } from '../schema/names.ts';

/** The options that most operations take. */
export interface SchemaOption {
  /** default: the connection's default schema */
  readonly schema?: string | null;
}

/** The checked name of a table in an operation's arguments. */
export function tableArgument(
  operation: string,
  table: unknown,
  options: SchemaOption,
): { table: string; schema: string | null } {
  const name = checkName(`${operation}: the table`, table);
  const schema = options.schema ?? null;
  if (schema !== null) checkName(`${operation}: the schema`, schema);
  return { table: name, schema };
}

/** The options of an operation's call as `call` gives them: without what has its default (null and false, unless `defaults` says another); nothing at all when nothing is left. */
export function optionArguments(
  options: { readonly [name: string]: unknown },
  defaults: { readonly [name: string]: unknown } = {},
): readonly unknown[] {
  const kept = Object.entries(options).filter(
    ([name, value]) =>
      value !== undefined && value !== null && value !== (name in defaults ? defaults[name] : false),
  );
  return kept.length === 0 ? [] : [Object.fromEntries(kept)];
}

export { checkName, checkOptions };

/** The options of a batch's operation: those of the operation itself, with the batch's table. */
export function inTable<T extends object>(table: QualifiedName, options: T): T & { schema: string | null } {
  return { ...options, schema: table.schema };
}

/** The error of a reverse that lacks what was destroyed. */
export function irreversible(operation: string, object: string, way: string): ArgumentError {
  return new ArgumentError('IRREVERSIBLE', `${operation} of ${object} can't be reversed: ${way}`);
}

/** What an operation's object was before. @throws ArgumentError `IRREVERSIBLE` where that isn't known; `way` says what to do then */
export function wasOf<T>(
  op: { readonly kind: string; readonly was: T | null },
  object: string,
  way: string,
): T {
  if (op.was === null) throw irreversible(op.kind, object, way);
  return op.was;
}

export interface DropOptions extends SchemaOption {
  readonly ifExists?: boolean;
}

/** The data of an operation that drops an object by its name: what it was is known where a comparison or a reverse makes it. */
export function dropByName<Kind extends string>(
  kind: Kind,
  name: string,
  options: DropOptions = {},
): {
  readonly kind: Kind;
  readonly name: string;
  readonly schema: string | null;
  readonly ifExists: boolean;
  readonly was: null;
} {
  checkOptions(kind, options, ['schema', 'ifExists']);
  return Object.freeze({
    kind,
    name: checkName(`${kind}: the name`, name),
    schema: options.schema ?? null,
    ifExists: options.ifExists ?? false,
    was: null,
  });
}

/** The other name that an operation gives to an object at last, checked; nothing where it keeps its own. */
export function newNameArgument(
  operation: string,
  { newName }: { readonly newName?: string },
): { readonly newName?: string } {
  return newName === undefined ? {} : { newName: checkName(`${operation}: newName`, newName) };
}
