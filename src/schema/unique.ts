import { deepFreeze } from '../util/deep-freeze.ts';
import { checkOptions } from './check-options.ts';
import { type DialectOptions, pickDialectOptions } from './dialect-options.ts';
import { columnNames, nameFields } from './names.ts';
import { whenChecked } from './one-of.ts';
import { type KeyOptions, keyOptionNames } from './primary-key.ts';

export interface Unique {
  readonly kind: 'unique';
  readonly name: string | null;
  readonly finalName?: true;
  readonly columns: readonly string[];
  readonly deferrable: boolean | null;
  readonly initially: 'DEFERRED' | 'IMMEDIATE' | null;
  readonly options: DialectOptions;
}

/**
 * A unique constraint: `unique(['org_id', 'email'], { name: 'uq_users_email' })`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function unique(columns: readonly string[], options: KeyOptions = {}): Unique {
  checkOptions('unique', options, keyOptionNames);
  return deepFreeze({
    kind: 'unique',
    ...nameFields('unique: name', options.name),
    columns: columnNames('unique', columns),
    deferrable: options.deferrable ?? null,
    initially: whenChecked('unique', options.initially),
    options: pickDialectOptions(options),
  });
}
