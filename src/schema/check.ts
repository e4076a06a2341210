import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import { type NameInput, nameFields } from './names.ts';
import { isSql, type Sql, sql } from './sql.ts';

export interface Check {
  readonly kind: 'check';
  readonly name: string | null;
  readonly finalName?: true;
  /** the condition, without the parentheses around it */
  readonly condition: Sql;
  readonly options: DialectOptions;
}

/** A check constraint: ``check(sql`length(email) > 3`, { name: 'ck_users_email' })``. */
export function check(
  condition: Sql | string,
  options: DialectOptionsInput & { readonly name?: NameInput } = {},
): Check {
  checkOptions('check', options, ['name', ...dialectNames]);
  const expression = typeof condition === 'string' ? sql.raw(condition) : condition;
  if (!isSql(expression) || expression.text.trim() === '')
    throw new ArgumentError('BAD_ARGUMENT', 'check takes a condition as sql`…`.');
  return deepFreeze({
    kind: 'check',
    ...nameFields('check: name', options.name),
    condition: expression,
    options: pickDialectOptions(options),
  });
}
