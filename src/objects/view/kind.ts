import type { CompareContext, ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import { mentionedNames } from '../../operations/mentioned-names.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Table } from '../../schema/table.ts';
import type { View } from '../../schema/view.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { viewsInPlace } from '../extension/in-place.ts';
import { compareIndexes } from '../index/kind.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type CreateView,
  createView,
  type DropView,
  dropView,
  type ReplaceView,
  refreshMaterializedView,
  replaceView,
} from './operations.ts';
import * as postgresql from './postgresql.ts';
import * as sqlite from './sqlite.ts';

/** Views, plain and materialized. */
export const viewKind: ObjectKind<View> = defineObjectKind<View>({
  kind: 'view',
  isOptional: true,
  operations: [createView, dropView, replaceView, refreshMaterializedView],
  identify: { postgresql: viewsInPlace },
  inspect: { postgresql: postgresql.inspectViews, sqlite: sqlite.inspectViews },
  canonicalize: {
    postgresql: postgresql.canonicalizeViews,
    sqlite: sqlite.canonicalizeViews,
  },
  standsOn: (object) => createView.touches(create(object)),
  compare: compareView,
});

/** What takes the database's view to the model's. */
export function compareView(
  { model, canonical, database }: ObjectPair<View>,
  context: CompareContext,
): readonly Operation[] {
  if (database === null) return model === null ? [] : [create(model)];
  if (model === null || canonical === null) return [drop(database)];
  if (isSame(canonical, database, context) && !readsAllOfOthers(model, context)) return [];
  // rows that are kept are computed again only where they must be
  if (model.materialized && isSame({ ...canonical, indexes: [] }, { ...database, indexes: [] }, context))
    return compareIndexes({ model, canonical, database }, context);
  // a table may be kept, but not under another kind of view; and where nothing holds a view, nothing has to be put back
  if (model.materialized !== database.materialized || !context.dialect.capabilities.boundViews)
    return [drop(database), create(model)];
  return [deepFreeze<ReplaceView>({ kind: 'replaceView', view: model, was: database })];
}

function isSame(canonical: View, database: View, { dialect }: CompareContext): boolean {
  const comparable = ({ indexes, comment, query, ...rest }: View): object => ({
    ...rest,
    query: dialect.name === 'sqlite' ? sqlite.plainText(query.text) : query.text,
    comment: dialect.capabilities.comments ? comment : null,
    indexes: indexes.map(({ finalName: _, ...index }) => index).toSorted(byName),
  });
  return deepEqual(comparable(canonical), comparable(database));
}

/** `SELECT *` means the columns that a table has: where views aren't bound to them, and kept as text, the text doesn't say that they are others now. */
function readsAllOfOthers({ query, schema }: View, context: CompareContext): boolean {
  if (context.dialect.capabilities.boundViews || !query.text.includes('*')) return false;
  return mentionedNames(query.text).some((name) => {
    const places = name.schema === null ? [name, { ...name, schema }] : [name];
    return places.some((place) => {
      const { canonical, database } = context.table(place) ?? {};
      return canonical && database && !deepEqual(names(canonical), names(database));
    });
  });
}

function names(table: Table): readonly string[] {
  return table.columns.map(({ name }) => name).toSorted();
}

function create(view: View): CreateView {
  return deepFreeze({ kind: 'createView', view });
}

function drop(was: View): DropView {
  const { name, schema, materialized } = was;
  return deepFreeze({ kind: 'dropView', name, schema, materialized, ifExists: false, was });
}

function byName(a: { readonly name: string | null }, b: { readonly name: string | null }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}
