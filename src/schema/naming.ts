import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import type { Constraint, Table } from './table.ts';
import type { Index } from './table-index.ts';

/**
 * Templates for the names of constraints and indexes that have none, with SQLAlchemy's keys and tokens:
 * `{ ix: 'ix_%(table_name)s_%(column_0_N_name)s', uq, ck: 'ck_%(table_name)s_%(constraint_name)s', fk, pk }`.
 */
export interface NamingConvention {
  readonly ix?: string;
  readonly uq?: string;
  readonly ck?: string;
  readonly fk?: string;
  readonly pk?: string;
}

export const namingConventionKeys: readonly (keyof NamingConvention)[] = ['ix', 'uq', 'ck', 'fk', 'pk'];

/** SQLAlchemy's own convention: it names the indexes that `index: true` makes. */
export const defaultNamingConvention: NamingConvention = { ix: 'ix_%(column_0_label)s' };

type Named = Constraint | Index;
type Owner = Pick<Table, 'name' | 'schema'>;

/** The table with every name that the convention gives. Names given by hand stay, but for a `ck` that quotes `%(constraint_name)s`. */
export function applyNamingConvention(table: Table, convention: NamingConvention): Table {
  const constraints = table.constraints.map((constraint) => nameByConvention(constraint, table, convention));
  const indexes = table.indexes.map((index) => nameByConvention(index, table, convention));
  return deepFreeze({ ...table, constraints, indexes });
}

/** One constraint or index with the name that the convention gives it on `owner`. */
export function nameByConvention<T extends Named>(object: T, owner: Owner, convention: NamingConvention): T {
  const { finalName, ...named } = object;
  if (finalName) return named as T;
  const key = conventionKeys[object.kind];
  const template = key && convention[key];
  if (template === undefined) return object;
  const wantsName = template.includes('%(constraint_name)s');
  if (object.name !== null ? !wantsName : wantsName) return object;
  return { ...object, name: fill(template, object, owner) };
}

/** What isn't here, such as EXCLUDE, has no key in SQLAlchemy's conventions either. */
const conventionKeys: { readonly [kind: string]: keyof NamingConvention } = {
  index: 'ix',
  unique: 'uq',
  check: 'ck',
  foreignKey: 'fk',
  primaryKey: 'pk',
};

function fill(template: string, object: Named, owner: Owner): string {
  return template.replace(/%\((\w+)\)s|%%/g, (whole, token: string | undefined) =>
    token === undefined ? '%' : tokenValue(token, object, owner, whole),
  );
}

function tokenValue(token: string, object: Named, owner: Owner, whole: string): string {
  const columns = columnsOf(object);
  const referred = object.kind === 'foreignKey' ? object : null;
  switch (token) {
    case 'table_name':
      return owner.name;
    case 'schema':
      return owner.schema ?? '';
    case 'constraint_name':
      return object.name ?? '';
    case 'referred_table_name':
      if (referred) return referred.referredTable;
  }
  const match =
    /^(referred_)?column_(\d+)(?:_?(N))?_?(name|key|label)?$/.exec(token) ??
    /^(referred_)?column_(\d+)(_?N)_(name|key|label)$/.exec(token);
  if (match === null || (match[1] !== undefined && referred === null)) {
    throw new ArgumentError(
      'NAMING_CONVENTION',
      `The naming convention's token ${whole} means nothing for a ${object.kind}.`,
    );
  }
  const names = match[1] === undefined ? columns : (referred?.referredColumns ?? []);
  const labelled: Owner =
    match[1] === undefined || referred === null
      ? owner
      : { schema: referred.referredSchema, name: referred.referredTable };
  const prefix = match[4] === 'label' ? labelPrefix(labelled) : '';
  if (/N/.test(token.slice(token.indexOf(match[2] ?? '')))) {
    const separator = /_N/.test(token) ? '_' : '';
    return names.map((name) => prefix + name).join(separator);
  }
  const name = names[Number(match[2])];
  if (name === undefined) {
    throw new ArgumentError(
      'NAMING_CONVENTION',
      `The naming convention asks for ${whole}, and a ${object.kind} of table '${owner.name}' has no such column; name it by hand.`,
    );
  }
  return prefix + name;
}

/** SQLAlchemy's label of a column: `schema_table_column`. */
function labelPrefix({ schema, name }: Owner): string {
  return schema === null ? `${name}_` : `${schema.replaceAll('.', '_')}_${name}_`;
}

function columnsOf(object: Named): readonly string[] {
  if (object.kind === 'index')
    return object.elements.map((element) => element.column).filter((column) => column !== null);
  return 'columns' in object ? object.columns : [];
}
