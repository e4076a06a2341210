import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import type { Check } from './check.ts';
import { checkName, checkOptions } from './check-options.ts';
import { checkDefault, type ServerDefault } from './default.ts';
import type { QualifiedName } from './names.ts';
import type { ColumnType, DomainDefinition } from './types/column-type.ts';
import { isColumnType } from './types/generic.ts';

/** A type with conditions, made by CREATE DOMAIN. */
export interface Domain extends QualifiedName, DomainDefinition {
  readonly kind: 'domain';
}

export interface DomainOptions {
  /** default: the connection's default schema */
  readonly schema?: string | null;
  readonly collation?: string | null;
  /** default true */
  readonly nullable?: boolean;
  readonly serverDefault?: ServerDefault | null;
  /** ``[check(sql`VALUE > 0`, { name: 'positive' })]`` */
  readonly checks?: readonly Check[];
  readonly comment?: string | null;
}

export const domainOptionNames: readonly string[] = [
  'schema',
  'collation',
  'nullable',
  'serverDefault',
  'checks',
  'comment',
];

/** @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `BAD_TYPE`, `BAD_DEFAULT`, `UNKNOWN_OPTION`. */
export function domainObject(
  builder: string,
  name: string,
  type: ColumnType,
  options: DomainOptions = {},
): Domain {
  checkOptions(builder, options, domainOptionNames);
  const { schema = null, nullable = true, checks = [], comment = null } = options;
  const where = `${builder} '${checkName(`${builder}: the name`, name)}'`;
  if (schema !== null) checkName(`${where}: the schema`, schema);
  if (typeof nullable !== 'boolean')
    throw new ArgumentError('BAD_ARGUMENT', `${where}: nullable must be true or false.`);
  const { collation: own, ...base } = domainBase(where, type);
  const collation = options.collation ?? own ?? null;
  return deepFreeze({
    kind: 'domain',
    name,
    schema,
    type: base,
    collation: collation === null ? null : checkName(`${where}: the collation`, collation),
    nullable,
    serverDefault: domainDefault(where, options.serverDefault ?? null),
    checks: domainChecks(where, checks),
    comment,
  });
}

/** @throws ArgumentError `BAD_TYPE` */
export function domainBase(where: string, type: unknown): ColumnType {
  if (isColumnType(type)) return type;
  throw new ArgumentError(
    'BAD_TYPE',
    `${where}: the type that it is made of must be made by a builder, such as integer().`,
  );
}

/** @throws ArgumentError `BAD_DEFAULT` */
export function domainDefault(where: string, value: unknown): ServerDefault | null {
  return value === null ? null : checkDefault(where, value);
}

/** @throws ArgumentError `BAD_ARGUMENT` for anything but checks, each with a name of its own or none. */
export function domainChecks(where: string, checks: unknown): readonly Check[] {
  const isList = Array.isArray(checks) && checks.every((each) => each?.kind === 'check');
  if (!isList)
    throw new ArgumentError('BAD_ARGUMENT', `${where}: checks are an array of check(sql\`VALUE …\`).`);
  const names = (checks as readonly Check[]).flatMap(({ name }) => name ?? []);
  const twice = names.find((each, i) => names.indexOf(each) !== i);
  if (twice !== undefined)
    throw new ArgumentError('BAD_ARGUMENT', `${where}: two checks are called '${twice}'.`);
  return [...(checks as readonly Check[])];
}

/** The domain that a column's type defines; null where it only names one, or is another type. */
export function domainOf({ name, typeName, typeSchema, definition }: ColumnType): Domain | null {
  if (name !== 'domain' || typeName === undefined || definition === undefined) return null;
  return deepFreeze({ kind: 'domain', name: typeName, schema: typeSchema ?? null, ...definition });
}
