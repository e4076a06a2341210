import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import { columnNames, type NameInput, nameFields, parseQualifiedName } from './names.ts';
import { oneOf, whenChecked } from './one-of.ts';

/** A foreign key. `null` where the database's default applies; actions, `initially` and `match` in upper case, `NO ACTION` as null. */
export interface ForeignKey {
  readonly kind: 'foreignKey';
  readonly name: string | null;
  readonly finalName?: true;
  readonly columns: readonly string[];
  readonly referredSchema: string | null;
  readonly referredTable: string;
  readonly referredColumns: readonly string[];
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
  readonly deferrable: boolean | null;
  readonly initially: 'DEFERRED' | 'IMMEDIATE' | null;
  readonly match: string | null;
  /** made after all tables, dropped before them: breaks a cycle */
  readonly useAlter: boolean;
  readonly options: DialectOptions;
}

export interface ForeignKeyOptions extends DialectOptionsInput {
  readonly onDelete?: string | null;
  readonly onUpdate?: string | null;
  readonly deferrable?: boolean | null;
  readonly initially?: string | null;
  readonly match?: string | null;
  readonly useAlter?: boolean;
  /** schema of the referent; with it (null included) the referent's name may hold dots */
  readonly referredSchema?: string | null;
}

export const foreignKeyOptionNames: readonly string[] = [
  'referredSchema',
  'onDelete',
  'onUpdate',
  'deferrable',
  'initially',
  'match',
  'useAlter',
  ...dialectNames,
];

/**
 * A foreign key of a table: `foreignKey(['org_id'], 'orgs', ['id'], { onDelete: 'cascade' })`. The referent may be `'schema.table'`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT` (as many columns here as there; a known action), `UNKNOWN_OPTION`.
 */
export function foreignKey(
  columns: readonly string[],
  referent: string,
  referredColumns: readonly string[],
  options: ForeignKeyOptions & { readonly name?: NameInput } = {},
): ForeignKey {
  const here = columnNames('A foreign key', columns);
  const where = `The foreign key on ${here.join(', ')}`;
  checkOptions(where, options, ['name', ...foreignKeyOptionNames]);
  const there = columnNames(`${where}: referredColumns`, referredColumns);
  if (here.length !== there.length) {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where} has ${here.length} columns and refers to ${there.length}.`,
    );
  }
  const target = parseQualifiedName(`${where}: the referent`, referent, options.referredSchema);
  return deepFreeze({
    kind: 'foreignKey',
    ...nameFields(`${where}: name`, options.name),
    columns: here,
    referredSchema: target.schema,
    referredTable: target.name,
    referredColumns: there,
    onDelete: action(where, options.onDelete),
    onUpdate: action(where, options.onUpdate),
    deferrable: options.deferrable ?? null,
    initially: whenChecked(where, options.initially),
    match: oneOf(where, 'match', options.match, ['FULL', 'PARTIAL', 'SIMPLE']),
    useAlter: options.useAlter ?? false,
    options: pickDialectOptions(options),
  });
}

const actions = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT'];

/** NO ACTION is what every database does without being told. `SET NULL (a, b)` is PostgreSQL's. */
function action(where: string, value: string | null | undefined): string | null {
  if (value === undefined || value === null) return null;
  const columns = /\s*\(.*\)$/s.exec(value)?.[0] ?? '';
  const found = oneOf(where, 'an action', value.slice(0, value.length - columns.length), actions);
  return found === 'NO ACTION' ? null : `${found}${columns === '' ? '' : ` ${columns.trim()}`}`;
}
