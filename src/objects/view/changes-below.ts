import type { Dialect } from '../../dialect/dialect.ts';
import { mentionedNames } from '../../operations/mentioned-names.ts';
import type { Domain } from '../../schema/domain-object.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';
import type { Table } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import type { View } from '../../schema/view.ts';
import { deepEqual } from '../../util/deep-equal.ts';

/** What a view may stand on. */
export type Ground = Table | View | SqlFunction;

/** Both sides of a comparison, in the database's words. */
export interface Sides {
  readonly model: SchemaModel;
  readonly database: SchemaModel;
}

/** Views under which the models change something, and all that has to be there as it will be to see what becomes of them. */
export interface Standing {
  readonly views: ReadonlySet<View>;
  /** what it stands on comes before it */
  readonly grounds: readonly Ground[];
}

/**
 * Finds the views that stand, over others or not, on what the models change: columns of a table, another view, a function. `canonical` are the views in the words of
 * the server over what is there now. A name in a view's text counts, whatever schema it is of: one too many changes nothing.
 */
export function standingOnChanges(
  views: readonly View[],
  canonical: readonly View[],
  sides: Sides,
  dialect: Dialect,
): Standing {
  const { model, database } = sides;
  const changedViews = views.filter((view, i) => {
    const there = database.get<View>('view', view);
    return there?.query.text !== canonical[i]?.query.text || there?.materialized !== view.materialized;
  });
  const changed: readonly Ground[] = [
    ...model.tables.filter((table) => isOtherTable(table, sides, dialect)),
    ...model.of<SqlFunction>('function').filter((each) => isOtherFunction(each, database)),
    ...changedViews,
  ];
  const names = new Set(changed.map(({ name }) => name));
  const found = new Set<Ground>();
  // a function that gives rows of a table gives those of its columns
  const standing: readonly Ground[] =
    changed.length === 0 ? [] : [...views, ...model.of<SqlFunction>('function')];
  const mentioned = new Map(standing.map((each) => [each, mentions(each)]));
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const [each, all] of mentioned) {
      if (!all.some((name) => names.has(name) && name !== each.name)) continue;
      found.add(each);
      names.add(each.name);
    }
  }
  const over = views.filter((view) => found.has(view));
  return { views: new Set(over), grounds: inOrder(over, [...changed, ...found]) };
}

/** The grounds of views, and theirs, in an order in which they can be made. */
function inOrder(views: readonly View[], grounds: readonly Ground[]): readonly Ground[] {
  const byName = Map.groupBy(new Set(grounds), ({ name }) => name);
  const sorted = new Set<Ground>();
  const seen = new Set<Ground>();
  const add = (ground: Ground): void => {
    if (seen.has(ground)) return;
    seen.add(ground);
    for (const name of mentions(ground)) for (const each of byName.get(name) ?? []) add(each);
    sorted.add(ground);
  };
  for (const view of views) add(view);
  return [...sorted];
}

/** The names in what it is made of. */
export function mentions(ground: Ground): readonly string[] {
  const { query, definition } = ground as Partial<Pick<View, 'query'> & Pick<SqlFunction, 'definition'>>;
  return mentionedNames((query ?? definition)?.text ?? '').map(({ name }) => name);
}

function isOtherTable(table: Table, sides: Sides, dialect: Dialect): boolean {
  const there = sides.database.table(table);
  if (there === undefined || there.columns.length !== table.columns.length) return true;
  return table.columns.some(({ name, type }) => {
    const before = there.columns.find((column) => column.name === name);
    return before === undefined || !dialect.sameType(type, before.type) || isOfOtherDomain(type, sides);
  });
}

/** Whether a view may say the type of a column whose domain is made of another one: what becomes of its words isn't asked. */
export function readsOtherDomain({ query }: View, sides: Sides): boolean {
  const words = new Set(mentionedNames(query.text).map(({ name }) => name));
  return sides.model.tables.some(
    ({ name: table, columns }) =>
      words.has(table) &&
      columns.some(
        ({ name, type }) => (words.has(name) || query.text.includes('*')) && isOfOtherDomain(type, sides),
      ),
  );
}

/** Of a domain that is made of another type. */
function isOfOtherDomain(type: ColumnType, { model, database }: Sides): boolean {
  const { name, typeName, typeSchema = null } = type.item ?? type;
  if (name !== 'domain' || typeName === undefined) return false;
  const [mine, theirs] = [model, database].map((side) =>
    side.get<Domain>('domain', { schema: typeSchema, name: typeName }),
  );
  return mine !== undefined && theirs !== undefined && !deepEqual(mine.type, theirs.type);
}

function isOtherFunction(made: SqlFunction, database: SchemaModel): boolean {
  const there = database.get<SqlFunction>('function', made);
  return there?.arguments !== made.arguments || there.definition.text !== made.definition.text;
}
