import type { Connection } from '../../dialect/connection.ts';
import type { ObjectKind } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Extension } from '../../schema/extension.ts';
import type { SchemaObject } from '../../schema/metadata.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type CreateSchema,
  createSchema,
  dropSchema,
  type SchemaNamespace,
  schemaNamespace,
} from './operations.ts';

const inspect = { postgresql: inspectPostgresql };

/** The schemas that the models name: made where they are missing, never dropped for want of a model. */
export const schemaKind: ObjectKind<SchemaNamespace> = defineObjectKind<SchemaNamespace>({
  kind: 'schema',
  operations: [createSchema, dropSchema],
  derive: (model, { name }) => {
    if (!Object.hasOwn(inspect, name)) return [];
    return [...new Set(model.objects.flatMap(schemasOf))]
      .filter((schema) => schema !== null)
      .map(schemaNamespace);
  },
  inspect,
  // the server's own, and those that weren't asked for, are no business of a model's
  asModels: (found, _, { schemas = [null] }) => {
    for (const schema of found.of<SchemaNamespace>('schema')) {
      const isAsked = schemas === 'all' ? schema.name !== 'public' : schemas.includes(schema.name);
      if (!isAsked || /^pg_|^information_schema$/.test(schema.name)) found.delete('schema', schema);
    }
  },
  // an empty one changes nothing for others
  ahead: () => [],
  compare: ({ model, database }): readonly Operation[] =>
    model !== null && database === null
      ? [deepFreeze<CreateSchema>({ kind: 'createSchema', name: model.name, ifNotExists: false })]
      : [],
});

/** Where an object is, and where it puts others. */
function schemasOf(object: SchemaObject): readonly (string | null)[] {
  return [object.schema, object.kind === 'extension' ? (object as Extension).inSchema : null];
}

async function inspectPostgresql(connection: Connection): Promise<readonly SchemaNamespace[]> {
  const rows = await connection.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_catalog.pg_namespace',
  );
  return rows.map(({ name }) => schemaNamespace(name));
}
