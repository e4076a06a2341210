import { ArgumentError } from '../errors.ts';
import { checkOptions } from './check-options.ts';

/** `GENERATED … AS IDENTITY`. A null takes the database's default. */
export interface Identity {
  readonly always: boolean;
  readonly start: number | null;
  readonly increment: number | null;
  readonly minValue: number | null;
  readonly maxValue: number | null;
  readonly cache: number | null;
  readonly cycle: boolean;
}

export interface IdentityOptions {
  /** GENERATED ALWAYS rather than BY DEFAULT (default false) */
  readonly always?: boolean;
  readonly start?: number;
  readonly increment?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly cache?: number;
  readonly cycle?: boolean;
}

export function identity(options: IdentityOptions = {}): Identity {
  checkOptions('identity', options, [
    'always',
    'start',
    'increment',
    'minValue',
    'maxValue',
    'cache',
    'cycle',
  ]);
  for (const key of ['start', 'increment', 'minValue', 'maxValue', 'cache'] as const) {
    const value = options[key];
    if (value !== undefined && !Number.isSafeInteger(value)) {
      throw new ArgumentError('BAD_ARGUMENT', `identity: ${key} must be a whole number.`);
    }
  }
  return Object.freeze({
    always: options.always ?? false,
    start: options.start ?? null,
    increment: options.increment ?? null,
    minValue: options.minValue ?? null,
    maxValue: options.maxValue ?? null,
    cache: options.cache ?? null,
    cycle: options.cycle ?? false,
  });
}
