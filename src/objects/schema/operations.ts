import { ArgumentError } from '../../errors.ts';
import { checkName, checkOptions, optionArguments } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { key, type Operation } from '../../operations/operation.ts';
import type { SchemaObject } from '../../schema/metadata.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

/** A schema as an object of a database: what tables stand in. */
export interface SchemaNamespace extends SchemaObject {
  readonly kind: 'schema';
  readonly schema: null;
}

export interface CreateSchema extends Operation {
  readonly kind: 'createSchema';
  readonly name: string;
  readonly ifNotExists: boolean;
}

export interface DropSchema extends Operation {
  readonly kind: 'dropSchema';
  readonly name: string;
  readonly ifExists: boolean;
}

export function schemaNamespace(name: string): SchemaNamespace {
  return Object.freeze({ kind: 'schema', name, schema: null });
}

/** `op.createSchema('app')` (PostgreSQL) */
export const createSchema: OperationDefinition<
  CreateSchema,
  [name: string, options?: { readonly ifNotExists?: boolean }],
  never[],
  void
> = defineOperation({
  kind: 'createSchema',
  create: (name: string, options: { readonly ifNotExists?: boolean } = {}): CreateSchema => {
    checkOptions('createSchema', options, ['ifNotExists']);
    return deepFreeze({
      kind: 'createSchema',
      name: checkName('createSchema: the name', name),
      ifNotExists: options.ifNotExists ?? false,
    });
  },
  batch: null,
  call: ({ name, ifNotExists }) => [name, ...optionArguments({ ifNotExists })],
  batchCall: null,
  reverse: ({ name }): DropSchema => deepFreeze({ kind: 'dropSchema', name, ifExists: false }),
  apply: ({ name, ifNotExists }, schema) => {
    const there = schema.get('schema', schemaNamespace(name)) !== undefined;
    if (there && !ifNotExists)
      throw new ArgumentError('ALREADY_IN_MODEL', `There is a schema '${name}' already.`);
    schema.put(schemaNamespace(name));
  },
  sql: ({ name, ifNotExists }, { writer }) => [
    { sql: `CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${writer.quote(name)}` },
  ],
  destroys: null,
  touches: ({ name }) => ({ provides: [key('schema', schemaNamespace(name))] }),
});

/** `op.dropSchema('app')`: fails while anything is in it. */
export const dropSchema: OperationDefinition<
  DropSchema,
  [name: string, options?: { readonly ifExists?: boolean }],
  never[],
  void
> = defineOperation({
  kind: 'dropSchema',
  create: (name: string, options: { readonly ifExists?: boolean } = {}): DropSchema => {
    checkOptions('dropSchema', options, ['ifExists']);
    return deepFreeze({
      kind: 'dropSchema',
      name: checkName('dropSchema: the name', name),
      ifExists: options.ifExists ?? false,
    });
  },
  batch: null,
  call: ({ name, ifExists }) => [name, ...optionArguments({ ifExists })],
  batchCall: null,
  reverse: ({ name }): CreateSchema => deepFreeze({ kind: 'createSchema', name, ifNotExists: false }),
  apply: ({ name }, schema) => schema.delete('schema', schemaNamespace(name)),
  sql: ({ name, ifExists }, { writer }) => [
    { sql: `DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${writer.quote(name)}` },
  ],
  destroys: null,
  touches: ({ name }) => ({ removes: [key('schema', schemaNamespace(name))] }),
});
