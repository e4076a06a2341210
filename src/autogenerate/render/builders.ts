import type { Check } from '../../schema/check.ts';
import type { ColumnElement } from '../../schema/column.ts';
import type { Computed } from '../../schema/computed.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import type { Identity } from '../../schema/identity.ts';
import type { FinalName } from '../../schema/names.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import type { Sql } from '../../schema/sql.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';
import type { OtherConstraint, Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import type { Trigger } from '../../schema/trigger.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import type { Unique } from '../../schema/unique.ts';
import type { View } from '../../schema/view.ts';
import { columnSource } from './column-source.ts';
import { checkSource, excludeSource, foreignKeySource, keySource } from './constraint-source.ts';
import { functionSource } from './function-source.ts';
import { indexSource } from './index-source.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';
import { sqlSource } from './sql-source.ts';
import { stringSource } from './string-source.ts';
import { triggerSource } from './trigger-source.ts';
import { typeSource } from './type-source.ts';
import { viewSource } from './view-source.ts';

/** How a builder is called to make its data again. */
export interface Builder<T = object> {
  /** what `renderItem` is told */
  readonly type: string;
  /** what the data has, so that nothing else is taken for it */
  readonly keys: readonly string[];
  source(value: T, writer: SourceWriter): Source;
}

/** Builders of data that says its kind. */
const kinds: readonly Builder[] = [
  builder<Sql>('sql', ['text'], sqlSource),
  builder<ColumnType>('type', ['name'], typeSource),
  builder<ColumnElement>('column', ['name', 'type', 'nullable', 'options'], columnSource),
  builder<PrimaryKey>('primaryKey', ['columns', 'options'], keySource),
  builder<Unique>('unique', ['columns', 'options'], keySource),
  builder<ForeignKey>('foreignKey', ['columns', 'referredTable'], foreignKeySource),
  builder<Check>('check', ['condition', 'options'], checkSource),
  builder<OtherConstraint>('exclude', ['definition'], excludeSource),
  builder<Index>('index', ['elements', 'options'], indexSource),
  builder<View>('view', ['query', 'materialized', 'indexes'], viewSource),
  builder<SqlFunction>('function', ['definition', 'arguments', 'procedure'], functionSource),
  builder<Trigger>('trigger', ['definition', 'constraint', 'enabled'], triggerSource),
  builder<Table>('table', ['columns', 'constraints'], (table, writer) =>
    writer.call('table', writer.tableArguments(table)),
  ),
  // Alembic's spelling, which needs no import
  builder<FinalName>('name', ['name'], ({ name }) => `op.f(${name === null ? 'null' : stringSource(name)})`),
];
const byKind = new Map<unknown, Builder>(kinds.map((each) => [each.type, each]));

/** Builders of data that is known by having these keys and no other. */
const byKeys: readonly Builder[] = [
  builder<Computed>('computed', ['expression', 'persisted'], ({ expression, persisted }, writer) =>
    writer.call('computed', [expression], { persisted: persisted ?? undefined }),
  ),
  builder<Identity>(
    'identity',
    ['always', 'start', 'increment', 'minValue', 'maxValue', 'cache', 'cycle'],
    (identity, writer) => {
      const said = Object.entries(identity).filter(([, value]) => value !== null && value !== false);
      return writer.call('identity', [], Object.fromEntries(said));
    },
  ),
];

/** The builder that makes an object; undefined for plain data. */
export function builderOf(value: object): Builder | undefined {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('kind')) {
    const found = byKind.get((value as { kind?: unknown }).kind);
    return found?.keys.every(has) ? found : undefined;
  }
  const count = Object.keys(value).length;
  return byKeys.find(({ keys }) => keys.length === count && keys.every(has));
}

function builder<T extends object>(
  type: string,
  keys: readonly string[],
  source: (value: T, writer: SourceWriter) => Source,
): Builder {
  return { type, keys, source: source as (value: object, writer: SourceWriter) => Source };
}
