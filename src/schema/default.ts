import { ArgumentError } from '../errors.ts';
import { isSql, type Sql } from './sql.ts';

/** A column's server default: a string, number or boolean is a literal, `sql` an expression. */
export type ServerDefault = string | number | boolean | Sql;

/** @throws ArgumentError `BAD_DEFAULT` for anything else. */
export function checkDefault(where: string, value: unknown): ServerDefault {
  if (typeof value === 'string' && !value.includes('\0')) return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || isSql(value))
    return value;
  throw new ArgumentError(
    'BAD_DEFAULT',
    `${where}: serverDefault must be a string, a finite number, a boolean or sql\`…\`; for a date or a large integer write it as a string or with sql.`,
  );
}
