import {
  bigInteger,
  type ColumnType,
  check,
  column,
  index,
  integer,
  primaryKey,
  smallInteger,
  type Table,
  type TableElement,
  table,
} from '../../src/schema/index.ts';
import type { Random } from './random.ts';

// Families of tables: a partitioned one and its parts, or a parent and its heirs. Written here as DDL and as models, by code that shares nothing.

type TypeName = 'smallint' | 'integer' | 'bigint';
const types: { readonly [Name in TypeName]: ColumnType } = {
  smallint: smallInteger(),
  integer: integer(),
  bigint: bigInteger(),
};

interface Column {
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default: number | null;
}

/** Where one below says something else than the one above; `default: null` is none. */
interface OwnWord {
  readonly default?: number | null;
  readonly notNull?: true;
}

export interface Family {
  readonly kind: 'partitions' | 'heirs';
  readonly columns: { readonly [name: string]: Column };
  readonly checks: readonly string[];
  readonly hasKey: boolean;
  readonly indexed: readonly string[];
  /** by table and column */
  readonly own: { readonly [table: string]: { readonly [column: string]: OwnWord } };
  /** stands by itself */
  readonly detached: boolean;
}

/** What happens between two states of a family. */
export const familyMutations = [
  'addColumn',
  'dropColumn',
  'changeType',
  'toggleNotNull',
  'changeDefault',
  'addCheck',
  'dropCheck',
  'toggleKey',
  'addIndex',
  'dropIndex',
  'ownDefault',
  'ownNotNull',
  'noOwnWord',
  'toggleDetached',
] as const;
export type FamilyMutation = (typeof familyMutations)[number];

/** `part1` is divided again, into `part11`; `part2` may be detached. */
const parts = ['part1', 'part2', 'part11'] as const;
const heirs = ['heir1', 'heir2', 'heir11'] as const;
const names = ['a', 'b', 'c', 'd', 'e'];
/** widens only, so that no value is in the way */
const wider: { readonly [Type in TypeName]: TypeName } = {
  smallint: 'integer',
  integer: 'bigint',
  bigint: 'bigint',
};

export function randomFamily(random: Random): Family {
  const kind = random.chance(0.65) ? 'partitions' : 'heirs';
  let family: Family = {
    kind,
    columns: { id: { type: 'integer', notNull: true, default: null } },
    ...{ checks: [], hasKey: false, indexed: [], own: {}, detached: false },
  };
  for (let i = random.whole(2, 8); i > 0; i--) family = mutateFamily(family, random)[0];
  return family;
}

/** @returns the family, changed, and how; unchanged with null where that wasn't possible */
export function mutateFamily(family: Family, random: Random): readonly [Family, FamilyMutation | null] {
  const mutation = random.pick(familyMutations);
  const own = Object.keys(family.columns).filter((name) => name !== 'id');
  const name = own.length === 0 ? null : random.pick(own);
  const changed = (): Family | null => {
    const column = name === null ? undefined : family.columns[name];
    const withColumn = (facts: Partial<Column>): Family | null =>
      name === null || column === undefined
        ? null
        : { ...family, columns: { ...family.columns, [name]: { ...column, ...facts } } };
    switch (mutation) {
      case 'addColumn': {
        const free = names.filter((each) => family.columns[each] === undefined);
        if (free.length === 0) return null;
        const added: Column = {
          type: random.pick(['smallint', 'integer']),
          notNull: random.chance(0.3),
          default: random.chance(0.5) ? random.whole(0, 9) : null,
        };
        return { ...family, columns: { ...family.columns, [random.pick(free)]: added } };
      }
      case 'dropColumn': {
        if (name === null) return null;
        const { [name]: _, ...columns } = family.columns;
        const words = Object.entries(family.own).map(([table, { [name]: __, ...others }]) => [table, others]);
        return {
          ...family,
          columns,
          own: Object.fromEntries(words),
          checks: family.checks.filter((each) => each !== name),
          indexed: family.indexed.filter((each) => each !== name),
        };
      }
      case 'changeType':
        return column === undefined ? null : withColumn({ type: wider[column.type] });
      case 'toggleNotNull':
        return column === undefined ? null : withColumn({ notNull: !column.notNull });
      case 'changeDefault':
        return withColumn({ default: random.chance(0.3) ? null : random.whole(0, 9) });
      case 'addCheck':
        return name === null || family.checks.includes(name)
          ? null
          : { ...family, checks: [...family.checks, name] };
      case 'dropCheck':
        return family.checks.length === 0 ? null : { ...family, checks: family.checks.slice(1) };
      case 'toggleKey':
        return { ...family, hasKey: !family.hasKey };
      case 'addIndex':
        return name === null || family.indexed.includes(name)
          ? null
          : { ...family, indexed: [...family.indexed, name] };
      case 'dropIndex':
        return family.indexed.length === 0 ? null : { ...family, indexed: family.indexed.slice(1) };
      case 'ownDefault':
      case 'ownNotNull':
      case 'noOwnWord': {
        if (name === null || family.kind === 'heirs') return null;
        const table = random.pick(parts);
        const { [name]: before = {}, ...others } = family.own[table] ?? {};
        const word: OwnWord =
          mutation === 'ownDefault'
            ? { ...before, default: random.chance(0.3) ? null : random.whole(0, 9) }
            : mutation === 'ownNotNull'
              ? { ...before, notNull: true }
              : {};
        return { ...family, own: { ...family.own, [table]: { ...others, [name]: word } } };
      }
      case 'toggleDetached':
        return family.kind === 'heirs' ? null : { ...family, detached: !family.detached };
    }
  };
  const next = changed();
  const isSame = next === null || JSON.stringify(next) === JSON.stringify(family);
  return isSame ? [family, null] : [next, mutation];
}

/** What a column is, in one of the tables: its own word, else that of the table above it. */
function effective(family: Family, table: string, name: string): Column {
  const column = family.columns[name];
  if (column === undefined) throw new Error(`no column ${name}`);
  if (table === 'top') return family.hasKey && name === 'id' ? { ...column, notNull: true } : column;
  const above = effective(family, aboveOf(table), name);
  const word = family.own[table]?.[name];
  return {
    type: above.type,
    notNull: above.notNull || word?.notNull === true,
    default: word?.default === undefined ? above.default : word.default,
  };
}

function aboveOf(table: string): string {
  return table.endsWith('11') ? table.slice(0, -1) : 'top';
}

const bounds: { readonly [part: string]: string } = {
  part1: 'FOR VALUES FROM (0) TO (10)',
  part2: 'FOR VALUES FROM (10) TO (20)',
  part11: 'FOR VALUES IN (1)',
};
const divided: { readonly [table: string]: string } = { top: 'RANGE (id)', part1: 'LIST (id)' };

export function familyDdl(family: Family): readonly string[] {
  const names = Object.keys(family.columns);
  const lines = names.map((name) => {
    const { type, notNull, default: value } = effective(family, 'top', name);
    return `${name} ${type}${notNull ? ' NOT NULL' : ''}${value === null ? '' : ` DEFAULT ${value}`}`;
  });
  const constraints = [
    ...(family.hasKey ? ['ALTER TABLE top ADD CONSTRAINT pk PRIMARY KEY (id)'] : []),
    ...family.checks.map((name) => `ALTER TABLE top ADD CONSTRAINT ck_${name} CHECK (${name} >= 0)`),
    ...family.indexed.map((name) => `CREATE INDEX ix_${name} ON top (${name})`),
  ];
  if (family.kind === 'heirs')
    return [
      `CREATE TABLE top (${lines.join(', ')})`,
      ...heirs.map((heir) => `CREATE TABLE ${heir} (${heir}_own integer) INHERITS (${aboveOf(heir)})`),
      ...constraints,
    ];
  return [
    `CREATE TABLE top (${lines.join(', ')}) PARTITION BY ${divided.top}`,
    ...parts.flatMap((part) => [
      `CREATE TABLE ${part} PARTITION OF ${aboveOf(part)} ${bounds[part]}${divided[part] === undefined ? '' : ` PARTITION BY ${divided[part]}`}`,
      ...names.flatMap((name) => {
        const [own, above] = [effective(family, part, name), effective(family, aboveOf(part), name)];
        return [
          ...(own.default === above.default
            ? []
            : [
                `ALTER TABLE ${part} ALTER ${name} ${own.default === null ? 'DROP DEFAULT' : `SET DEFAULT ${own.default}`}`,
              ]),
          ...(own.notNull === above.notNull ? [] : [`ALTER TABLE ${part} ALTER ${name} SET NOT NULL`]),
        ];
      }),
    ]),
    ...constraints,
    ...(family.detached ? ['ALTER TABLE top DETACH PARTITION part2'] : []),
  ];
}

/** `repeat` says of each table below whether its model repeats all that it has from above, or says nothing of it; one with words of its own says all columns. */
export function familyModels(family: Family, repeat: (table: string) => boolean): readonly Table[] {
  const columns = (of: string): readonly TableElement[] =>
    Object.keys(family.columns).map((name) => {
      const { type, notNull, default: value } = effective(family, of, name);
      return column(name, types[type], { nullable: !notNull, serverDefault: value, autoincrement: false });
    });
  const hung = (of: string): readonly TableElement[] => [
    ...(family.hasKey ? [primaryKey(['id'], { name: of === 'top' ? 'pk' : `${of}_pkey` })] : []),
    ...family.checks.map((name) => check(`${name} >= 0`, { name: `ck_${name}` })),
    ...family.indexed.map((name) => index(of === 'top' ? `ix_${name}` : `${of}_${name}_idx`, [name])),
  ];
  if (family.kind === 'heirs')
    return [
      ...heirs.map((heir) =>
        table(heir, [column(`${heir}_own`, types.integer)], { postgresql: { inherits: [aboveOf(heir)] } }),
      ),
      table('top', [...columns('top'), ...hung('top')]),
    ];
  const speaks = (part: string): boolean =>
    repeat(part) ||
    Object.keys(family.own[part] ?? {}).length > 0 ||
    (part === 'part11' && Object.keys(family.own.part1 ?? {}).length > 0);
  return [
    ...parts.map((part) => {
      const isAlone = part === 'part2' && family.detached;
      const elements = [
        ...(isAlone || speaks(part) ? columns(part) : []),
        ...(isAlone || repeat(part) ? hung(part) : []),
      ];
      const by = divided[part] === undefined ? {} : { partitionBy: divided[part] };
      return table(part, elements, {
        postgresql: isAlone ? {} : { partitionOf: aboveOf(part), partitionBound: bounds[part] ?? '', ...by },
      });
    }),
    table('top', [...columns('top'), ...hung('top')], { postgresql: { partitionBy: divided.top ?? '' } }),
  ];
}
