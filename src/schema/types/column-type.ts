import type { Check } from '../check.ts';
import type { ServerDefault } from '../default.ts';
import type { Sql } from '../sql.ts';

/** The options that types have, all in one place: each dialect says which of them mean something to it. */
export interface TypeOptions {
  /** in characters (strings) or bytes (binaries) */
  readonly length?: number;
  /** digits in all (numbers), digits of a second (times), bits of mantissa (floats) */
  readonly precision?: number;
  /** digits after the point */
  readonly scale?: number;
  readonly timezone?: boolean;
  readonly collation?: string;
  /** labels of an enum or a set, in their order */
  readonly values?: readonly string[];
  /** name of an enum, a domain or another user-defined type */
  readonly typeName?: string;
  /** schema of `typeName` */
  readonly typeSchema?: string;
  /** what a domain is, where the type says more than its name */
  readonly definition?: DomainDefinition;
  /** an enum of the database's own where it has them (default true) */
  readonly native?: boolean;
  /** a CHECK where the database has no enum of its own (default false) */
  readonly createConstraint?: boolean;
  /** type of an array's elements */
  readonly item?: ColumnType;
  readonly dimensions?: number;
  /** of an interval: `'DAY TO SECOND'` */
  readonly fields?: string;
  /** digits of a second (MySQL) */
  readonly fsp?: number;
  readonly unsigned?: boolean;
  readonly width?: number;
  /** the text of `sqlType('…')` */
  readonly text?: string;
  /** anything else that one dialect's type takes */
  readonly extra?: { readonly [option: string]: string | number | boolean | Sql | null };
}

/** A column's type: plain data. `name` is the builder's name, such as `string` or `jsonb`. */
export interface ColumnType extends TypeOptions {
  readonly kind: 'type';
  readonly name: string;
  /** other types for single dialects, from `withVariant` */
  readonly variants?: { readonly [dialect: string]: ColumnType };
}

/** What a domain is, beside its name. */
export interface DomainDefinition {
  /** the type that it is made of, without a collation */
  readonly type: ColumnType;
  readonly collation: string | null;
  readonly nullable: boolean;
  readonly serverDefault: ServerDefault | null;
  /** conditions on VALUE */
  readonly checks: readonly Check[];
  readonly comment: string | null;
}

/** How a type's builder is called: which options are positional, and what the others are called in its options object. */
export interface TypeDefinition {
  readonly name: string;
  readonly positional: readonly (keyof TypeOptions)[];
  /** name in the options object → name in {@link TypeOptions} */
  readonly options: { readonly [name: string]: keyof TypeOptions };
}
