import type { Sql } from './sql.ts';

export type OptionValue =
  | string
  | number
  | boolean
  | null
  | Sql
  | readonly OptionValue[]
  | { readonly [key: string]: OptionValue };

/** What only one database understands, under the name of its dialect: `{ postgresql: { using: 'gin' } }`. */
export type DialectOptions = { readonly [dialect: string]: { readonly [option: string]: OptionValue } };

/** The dialects whose names are read as options; the same list in every builder. */
export const dialectNames = ['postgresql', 'mysql', 'mariadb', 'sqlite'] as const;

/** The part of a builder's options that sits under a dialect's name. */
export interface DialectOptionsInput {
  readonly postgresql?: { readonly [option: string]: OptionValue };
  readonly mysql?: { readonly [option: string]: OptionValue };
  readonly mariadb?: { readonly [option: string]: OptionValue };
  readonly sqlite?: { readonly [option: string]: OptionValue };
}

export function pickDialectOptions(input: DialectOptionsInput): DialectOptions {
  const picked: Record<string, { readonly [option: string]: OptionValue }> = {};
  for (const name of dialectNames) {
    const value = input[name];
    if (value !== undefined && Object.keys(value).length > 0) picked[name] = value;
  }
  return picked;
}
