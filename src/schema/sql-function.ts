import { deepEqual } from '../util/deep-equal.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import { definitionText } from './definition-text.ts';
import type { SchemaObject } from './metadata.ts';
import { parseSignature } from './signature.ts';
import type { Sql } from './sql.ts';

/** A function or a procedure (PostgreSQL). Several may share a name: the types of their input arguments tell them apart. */
export interface SqlFunction extends SchemaObject {
  readonly kind: 'function';
  /** the types of the input arguments as the server spells them: `text, integer` */
  readonly qualifier: string;
  /** what stands between the parentheses */
  readonly arguments: string;
  /** what stands behind them: RETURNS, LANGUAGE, the body, and the rest */
  readonly definition: Sql;
  readonly procedure: boolean;
  /** false: when it is made, the server isn't to look whether its body can run and whether what it names is there */
  readonly checkBody: boolean;
  readonly comment: string | null;
}

export interface SqlFunctionOptions {
  /** default: the connection's default schema */
  readonly schema?: string | null;
  readonly comment?: string | null;
  /** called by CALL, and returns nothing; default false */
  readonly procedure?: boolean;
  /** default true; false for a body that names what comes later, or what another search path finds */
  readonly checkBody?: boolean;
}

export const functionOptionNames: readonly string[] = ['schema', 'comment', 'procedure', 'checkBody'];

/**
 * A function (PostgreSQL): ``sqlFunction('add_tax(price numeric, rate numeric DEFAULT 0.2)', sql`RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT price * (1 + rate) $$`)``.
 * The signature is SQL: a name with capitals or spaces stands in double quotes. The definition is all that follows it in CREATE FUNCTION; a string is taken as it
 * is, which suits bodies with backslashes and `${}`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function sqlFunction(
  signature: string,
  definition: Sql | string,
  options: SqlFunctionOptions = {},
): SqlFunction {
  checkOptions('sqlFunction', options, functionOptionNames);
  const { schema = null, comment = null, procedure = false, checkBody = true } = options;
  if (schema !== null) checkName('sqlFunction: the schema', schema);
  const { name, argumentsText, inputTypes } = parseSignature('sqlFunction', signature);
  return deepFreeze({
    kind: 'function',
    name,
    schema,
    qualifier: inputTypes.join(', '),
    arguments: argumentsText,
    definition: { kind: 'sql', text: definitionText('sqlFunction', name, definition) },
    procedure,
    checkBody,
    comment,
  });
}

/** Whether two are one function in the same words. */
export function isSameButComment(a: SqlFunction, b: SqlFunction): boolean {
  const words = ({ comment: _, checkBody: __, ...rest }: SqlFunction): object => rest;
  return deepEqual(words(a), words(b));
}

/** The signature from which the builder makes the function again. */
export function signatureOf(name: string, argumentsText: string): string {
  return `${signatureName(name)}(${argumentsText})`;
}

function signatureName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
