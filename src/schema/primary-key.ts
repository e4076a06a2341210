import { deepFreeze } from '../util/deep-freeze.ts';
import { checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import { columnNames, type NameInput, nameFields } from './names.ts';
import { whenChecked } from './one-of.ts';

/** A table's primary key; its columns in the order of the key. */
export interface PrimaryKey {
  readonly kind: 'primaryKey';
  readonly name: string | null;
  readonly finalName?: true;
  readonly columns: readonly string[];
  readonly deferrable: boolean | null;
  readonly initially: 'DEFERRED' | 'IMMEDIATE' | null;
  readonly options: DialectOptions;
}

export interface KeyOptions extends DialectOptionsInput {
  readonly name?: NameInput;
  readonly deferrable?: boolean | null;
  /** `DEFERRED` or `IMMEDIATE`, in whatever case */
  readonly initially?: string | null;
}

export const keyOptionNames: readonly string[] = ['name', 'deferrable', 'initially', ...dialectNames];

/** A table's primary key, where its columns don't say it themselves: `primaryKey(['a', 'b'], { name: 'pk_t' })`. */
export function primaryKey(columns: readonly string[], options: KeyOptions = {}): PrimaryKey {
  checkOptions('primaryKey', options, keyOptionNames);
  return deepFreeze({
    kind: 'primaryKey',
    ...nameFields('primaryKey: name', options.name),
    columns: columnNames('primaryKey', columns),
    deferrable: options.deferrable ?? null,
    initially: whenChecked('primaryKey', options.initially),
    options: pickDialectOptions(options),
  });
}
