import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import type { SchemaObject } from './metadata.ts';
import type { ColumnType } from './types/column-type.ts';
import { isColumnType } from './types/generic.ts';

/** The column that a sequence belongs to, in the sequence's own schema: it goes when the column goes. */
export interface SequenceOwner {
  readonly table: string;
  readonly column: string;
}

/** What a sequence is, beside its name. A number is its digits, since it may have 64 bits; a null takes the database's default. */
export interface SequenceFacts {
  /** `smallInteger()`, `integer()` or `bigInteger()`; null: 64 bits */
  readonly type: ColumnType | null;
  /** where it begins; null: at its lower bound, or, downwards, at its upper one */
  readonly start: string | null;
  /** null: 1 */
  readonly increment: string | null;
  /** null: 1, or, downwards, the smallest number of the type */
  readonly minValue: string | null;
  /** null: the largest number of the type, or, downwards, -1 */
  readonly maxValue: string | null;
  /** how many numbers a session takes at once; null: 1 */
  readonly cache: string | null;
  /** whether it begins again behind its last number */
  readonly cycle: boolean;
  readonly ownedBy: SequenceOwner | null;
  readonly comment: string | null;
  readonly options: DialectOptions;
}

/** A sequence that stands by itself. What counts a SERIAL or an identity column up is the column's own. */
export interface Sequence extends SchemaObject, SequenceFacts {
  readonly kind: 'sequence';
}

/** A whole number of up to 64 bits; one past 2^53 as a bigint or as its digits. */
export type WholeNumber = number | bigint | string;

export interface SequenceOptions extends DialectOptionsInput {
  /** default: the connection's default schema */
  readonly schema?: string | null;
  readonly type?: ColumnType | null;
  readonly start?: WholeNumber | null;
  readonly increment?: WholeNumber | null;
  readonly minValue?: WholeNumber | null;
  readonly maxValue?: WholeNumber | null;
  readonly cache?: WholeNumber | null;
  readonly cycle?: boolean;
  /** `'table.column'`, or `{ table, column }` where one of the names holds a dot */
  readonly ownedBy?: string | SequenceOwner | null;
  readonly comment?: string | null;
}

/** The names of the facts that are an option of their own. */
export const sequenceFactNames: readonly Exclude<keyof SequenceFacts, 'options'>[] = [
  'type',
  'start',
  'increment',
  'minValue',
  'maxValue',
  'cache',
  'cycle',
  'ownedBy',
  'comment',
];

export const sequenceOptionNames: readonly string[] = ['schema', ...sequenceFactNames, ...dialectNames];

/**
 * A sequence: `sequence('order_ids', { start: 1000, ownedBy: 'orders.id' })`, of which a column takes its numbers by
 * ``{ serverDefault: sql`nextval('order_ids')` }``. PostgreSQL: `{ postgresql: { unlogged: true } }`, from 15.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `BAD_TYPE`, `UNKNOWN_OPTION`.
 */
export function sequence(name: string, options: SequenceOptions = {}): Sequence {
  checkOptions('sequence', options, sequenceOptionNames);
  checkName('sequence: the name', name);
  const { schema = null } = options;
  if (schema !== null) checkName('sequence: the schema', schema);
  const facts = Object.fromEntries(
    sequenceFactNames.map((fact) => [fact, sequenceFact(`sequence '${name}'`, fact, options[fact])]),
  ) as Omit<SequenceFacts, 'options'>;
  return deepFreeze({ kind: 'sequence', name, schema, ...facts, options: pickDialectOptions(options) });
}

/** The data of one fact, from what an option says; undefined takes the default. */
export function sequenceFact(
  where: string,
  fact: (typeof sequenceFactNames)[number],
  value: unknown,
): SequenceFacts[typeof fact] {
  if (fact === 'cycle') {
    if (typeof (value ?? false) === 'boolean') return (value ?? false) as boolean;
    throw new ArgumentError('BAD_ARGUMENT', `${where}: cycle must be true or false.`);
  }
  if (value === undefined || value === null) return null;
  switch (fact) {
    case 'type':
      if (isColumnType(value)) return value;
      throw new ArgumentError('BAD_TYPE', `${where}: the type is smallInteger(), integer() or bigInteger().`);
    case 'ownedBy':
      return owner(where, value);
    case 'comment':
      if (typeof value === 'string') return value;
      throw new ArgumentError('BAD_ARGUMENT', `${where}: the comment must be a string.`);
    default:
      return digits(where, fact, value);
  }
}

/** A number as a builder takes it: a plain number as long as that is exact. */
export function wholeNumber(digitsOf: string): number | bigint {
  const value = Number(digitsOf);
  return Number.isSafeInteger(value) ? value : BigInt(digitsOf);
}

function digits(where: string, fact: string, value: unknown): string {
  const isWhole =
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    (typeof value === 'string' && /^[-+]?\d+$/.test(value));
  const number = isWhole ? BigInt(value) : null;
  const is64Bit = number !== null && BigInt.asIntN(64, number) === number;
  if (is64Bit && (number > 0n || fact !== 'cache') && (number !== 0n || fact !== 'increment'))
    return number.toString();
  const wanted =
    fact === 'cache' ? 'of at least 1' : fact === 'increment' ? 'other than 0' : 'of at most 64 bits';
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${where}: ${fact} must be a whole number ${wanted}, not ${String(value)}; one past 2^53 is written as a bigint or as a string of digits.`,
  );
}

function owner(where: string, value: unknown): SequenceOwner {
  if (typeof value === 'string') {
    const [table, column, ...more] = value.split('.');
    if (table && column && more.length === 0) return owner(where, { table, column });
  } else if (typeof value === 'object' && value !== null) {
    const { table, column } = value as Partial<SequenceOwner>;
    return {
      table: checkName(`${where}: the table of ownedBy`, table),
      column: checkName(`${where}: the column of ownedBy`, column),
    };
  }
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${where}: ownedBy is 'table.column', or { table, column } where one of the names holds a dot. The table is one of the sequence's own schema.`,
  );
}
