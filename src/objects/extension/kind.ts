import type { Connection } from '../../dialect/connection.ts';
import type { ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Extension } from '../../schema/extension.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import type { CreateSchema } from '../schema/operations.ts';
import {
  type AlterExtension,
  alterExtension,
  type CreateExtension,
  createExtension,
  type DropExtension,
  dropExtension,
} from './operations.ts';

/** Extensions of PostgreSQL. PL/pgSQL is there from the start, and left alone. */
export const extensionKind: ObjectKind<Extension> = defineObjectKind<Extension>({
  kind: 'extension',
  isOptional: true,
  operations: [createExtension, dropExtension, alterExtension],
  inspect: { postgresql: inspectExtensions },
  ahead,
  compare,
});

/** Where its types and functions will be. Another version of them is left to the revision. */
function ahead(operation: Operation): readonly Operation[] {
  if (operation.kind === 'createExtension') {
    const { inSchema } = (operation as CreateExtension).extension;
    return inSchema === null ? [] : [schemaOf(inSchema), operation];
  }
  if (operation.kind !== 'alterExtension') return [];
  const { inSchema = null } = (operation as AlterExtension).changes;
  return inSchema === null
    ? []
    : [schemaOf(inSchema), deepFreeze({ ...operation, changes: { inSchema } } as Operation)];
}

function schemaOf(name: string): Operation {
  return deepFreeze<CreateSchema>({ kind: 'createSchema', name, ifNotExists: true });
}

async function inspectExtensions(connection: Connection): Promise<readonly Extension[]> {
  const rows = await connection.readCatalogue<{ name: string; schema: string; version: string }>(
    `SELECT e.extname::text AS name, n.nspname::text AS schema, e.extversion AS version
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.extname`,
  );
  return rows.map(({ name, schema, version }) =>
    deepFreeze({ kind: 'extension', name, schema: null, inSchema: schema, version }),
  );
}

function compare({ model, database }: ObjectPair<Extension>): readonly Operation[] {
  if (database === null) {
    if (model === null) return [];
    return [
      deepFreeze<CreateExtension>({
        kind: 'createExtension',
        extension: model,
        ifNotExists: false,
        cascade: false,
      }),
    ];
  }
  if (model === null) {
    // the way back may run on a server that has another version of it
    const was = { ...database, version: null };
    return [
      deepFreeze<DropExtension>({
        kind: 'dropExtension',
        name: database.name,
        ifExists: false,
        cascade: false,
        was,
      }),
    ];
  }
  const differing = (['inSchema', 'version'] as const).filter(
    (fact) => model[fact] !== null && model[fact] !== database[fact],
  );
  if (differing.length === 0) return [];
  const pick = (from: Extension): Partial<Extension> =>
    Object.fromEntries(differing.map((fact) => [fact, from[fact]]));
  return [
    deepFreeze<AlterExtension>({
      kind: 'alterExtension',
      name: model.name,
      changes: pick(model),
      existing: pick(database),
    }),
  ];
}
