import type { CompareContext, ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { ownerOf, type Trigger } from '../../schema/trigger.ts';
import type { View } from '../../schema/view.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import { compareView } from '../view/kind.ts';
import { plainText } from '../view/sqlite.ts';
import {
  type CreateTrigger,
  createTrigger,
  type DropTrigger,
  dropTrigger,
  type ReplaceTrigger,
  replaceTrigger,
} from './operations.ts';
import * as postgresql from './postgresql.ts';
import * as sqlite from './sqlite.ts';

/** Triggers of tables and views. */
export const triggerKind: ObjectKind<Trigger> = defineObjectKind<Trigger>({
  kind: 'trigger',
  isOptional: true,
  operations: [createTrigger, dropTrigger, replaceTrigger],
  inspect: { postgresql: postgresql.inspectTriggers, sqlite: sqlite.inspectTriggers },
  canonicalize: {
    postgresql: (triggers, connection, { database, warn }) =>
      postgresql.canonicalizeTriggers(triggers, connection, database, warn),
  },
  compare,
});

function compare(
  { model, canonical, database }: ObjectPair<Trigger>,
  context: CompareContext,
): readonly Operation[] {
  if (database === null) return model === null ? [] : [create(model)];
  if (model === null || canonical === null) return isOnKnown(database, context) ? [drop(database)] : [];
  // where a view is dropped and made again, its triggers go with it
  if (goesWithView(database, context)) return [drop(database), create(model)];
  if (isSame(canonical, database, context)) return [];
  return [deepFreeze<ReplaceTrigger>({ kind: 'replaceTrigger', trigger: model, was: database })];
}

function isSame(canonical: Trigger, database: Trigger, { dialect }: CompareContext): boolean {
  const comparable = ({ definition, comment, ...rest }: Trigger): object => ({
    ...rest,
    definition: dialect.name === 'sqlite' ? plainText(definition.text) : definition.text,
    comment: dialect.capabilities.comments ? comment : null,
  });
  return deepEqual(comparable(canonical), comparable(database));
}

/** What is on a table or view that takes no part in the comparison takes none either. */
function isOnKnown(trigger: Trigger, context: CompareContext): boolean {
  const owner = ownerOf(trigger);
  return context.table(owner) !== null || context.object<View>('view', owner) !== null;
}

function goesWithView(trigger: Trigger, context: CompareContext): boolean {
  const view = context.object<View>('view', ownerOf(trigger));
  if (view === null || view.model === null) return false;
  return compareView(view, context).some(({ kind }) => kind === 'dropView');
}

function create(trigger: Trigger): CreateTrigger {
  return deepFreeze({ kind: 'createTrigger', trigger });
}

function drop(was: Trigger): DropTrigger {
  const { name, schema, qualifier } = was;
  return deepFreeze({ kind: 'dropTrigger', name, schema, qualifier, ifExists: false, was });
}
