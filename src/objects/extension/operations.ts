import { checkName, checkOptions, irreversible, optionArguments } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { mayLose } from '../../operations/loss.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Operation, type Touches } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import {
  type Extension,
  type ExtensionOptions,
  extension,
  extensionOptionNames,
} from '../../schema/extension.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { onlyPostgresql } from '../only-postgresql.ts';

export interface CreateExtension extends Operation {
  readonly kind: 'createExtension';
  readonly extension: Extension;
  readonly ifNotExists: boolean;
  /** installs what it stands on, too */
  readonly cascade: boolean;
}

export interface DropExtension extends Operation {
  readonly kind: 'dropExtension';
  readonly name: string;
  readonly ifExists: boolean;
  /** with everything that stands on it, columns of its types among that */
  readonly cascade: boolean;
  readonly was: Extension | null;
}

type Facts = Pick<Extension, 'inSchema' | 'version'>;

export interface AlterExtension extends Operation {
  readonly kind: 'alterExtension';
  readonly name: string;
  /** a version null is the server's default one */
  readonly changes: Partial<Facts>;
  readonly existing: Partial<Facts>;
}

export interface CreateExtensionOptions extends ExtensionOptions {
  readonly ifNotExists?: boolean;
  readonly cascade?: boolean;
}

export interface DropExtensionOptions {
  readonly ifExists?: boolean;
  readonly cascade?: boolean;
}

export interface AlterExtensionOptions {
  /** null: the server's default version */
  readonly version?: string | null;
  readonly schema?: string;
  readonly existingVersion?: string;
  readonly existingSchema?: string;
}

/** `op.createExtension('hstore', { ifNotExists: true, schema: 'extensions', version: '1.8', cascade: true })` (PostgreSQL) */
export const createExtension: OperationDefinition<
  CreateExtension,
  [name: string, options?: CreateExtensionOptions],
  never[],
  void
> = defineOperation({
  kind: 'createExtension',
  create: (name: string, options: CreateExtensionOptions = {}): CreateExtension => {
    const { ifNotExists = false, cascade = false, ...rest } = options;
    checkOptions('createExtension', options, [...extensionOptionNames, 'ifNotExists', 'cascade']);
    return deepFreeze({ kind: 'createExtension', extension: extension(name, rest), ifNotExists, cascade });
  },
  batch: null,
  call: ({ extension: { name, inSchema, version }, ifNotExists, cascade }) => [
    name,
    ...optionArguments({ schema: inSchema, version, ifNotExists, cascade }),
  ],
  batchCall: null,
  reverse: ({ extension: was }): DropExtension =>
    deepFreeze({ kind: 'dropExtension', name: was.name, ifExists: false, cascade: false, was }),
  apply: ({ extension: made, ifNotExists }, schema) => addObject(schema, made, ifNotExists),
  sql: ({ extension: { name, inSchema, version }, ifNotExists, cascade }, dialect) => {
    onlyPostgresql(`createExtension of '${name}'`, dialect);
    const { writer } = dialect;
    const sql = [
      'CREATE EXTENSION',
      ifNotExists && 'IF NOT EXISTS',
      writer.quote(name),
      inSchema !== null && `SCHEMA ${writer.quote(inSchema)}`,
      // a version is a name to the parser
      version !== null && `VERSION ${writer.quote(version)}`,
      cascade && 'CASCADE',
    ];
    return [{ sql: sql.filter(Boolean).join(' ') }];
  },
  destroys: null,
  touches: ({ extension: made }) => extensionTouches(made),
});

/** `op.dropExtension('hstore')`: fails while anything stands on it, unless `{ cascade: true }` says otherwise. */
export const dropExtension: OperationDefinition<
  DropExtension,
  [name: string, options?: DropExtensionOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropExtension',
  create: (name: string, options: DropExtensionOptions = {}): DropExtension => {
    checkOptions('dropExtension', options, ['ifExists', 'cascade']);
    const { ifExists = false, cascade = false } = options;
    return deepFreeze({
      kind: 'dropExtension',
      name: checkName('dropExtension: the name', name),
      ifExists,
      cascade,
      was: null,
    });
  },
  batch: null,
  call: ({ name, ifExists, cascade }) => [name, ...optionArguments({ ifExists, cascade })],
  batchCall: null,
  reverse: ({ name, was, cascade }): CreateExtension => {
    if (was === null || cascade)
      throw irreversible(
        'dropExtension',
        `extension '${name}'`,
        cascade ? 'what went with it is gone.' : "write the downgrade's createExtension by hand.",
      );
    return deepFreeze({ kind: 'createExtension', extension: was, ifNotExists: false, cascade: false });
  },
  apply: ({ name, ifExists }, schema) => dropObject(schema, 'extension', { schema: null, name }, ifExists),
  sql: ({ name, ifExists, cascade }, dialect) => {
    onlyPostgresql(`dropExtension of '${name}'`, dialect);
    const exists = ifExists ? 'IF EXISTS ' : '';
    return [{ sql: `DROP EXTENSION ${exists}${dialect.writer.quote(name)}${cascade ? ' CASCADE' : ''}` }];
  },
  destroys: ({ name, cascade }) =>
    mayLose(`the rows of extension '${name}'${cascade ? ', and all that stands on it' : ''}`),
  // its types and functions are used by what names it nowhere
  touches: (op) => {
    const { provides = [], requires = [] } = op.was === null ? {} : extensionTouches(op.was);
    return {
      removes: op.was === null ? [key('extension', { schema: null, name: op.name })] : provides,
      releases: requires,
      place: 'last',
    };
  },
});

/** `op.alterExtension('hstore', { version: '1.8', existingVersion: '1.7' })`; `schema` moves its objects. */
export const alterExtension: OperationDefinition<
  AlterExtension,
  [name: string, options: AlterExtensionOptions],
  never[],
  void
> = defineOperation({
  kind: 'alterExtension',
  create: (name: string, options: AlterExtensionOptions): AlterExtension => {
    checkOptions('alterExtension', options, ['version', 'schema', 'existingVersion', 'existingSchema']);
    const { version, schema, existingVersion, existingSchema } = options;
    const text = (what: string, value: unknown): string => checkName(`alterExtension: the ${what}`, value);
    return deepFreeze({
      kind: 'alterExtension',
      name: text('name', name),
      changes: {
        ...(schema !== undefined && { inSchema: text('schema', schema) }),
        ...(version !== undefined && { version: version === null ? null : text('version', version) }),
      },
      existing: {
        ...(existingSchema !== undefined && { inSchema: text('existing schema', existingSchema) }),
        ...(existingVersion !== undefined && { version: text('existing version', existingVersion) }),
      },
    });
  },
  batch: null,
  call: ({ name, changes, existing }) => [
    name,
    {
      ...(changes.inSchema !== undefined && { schema: changes.inSchema }),
      ...(changes.version !== undefined && { version: changes.version }),
      ...(existing.inSchema !== undefined && { existingSchema: existing.inSchema }),
      ...(existing.version !== undefined && { existingVersion: existing.version }),
    },
  ],
  batchCall: null,
  reverse: ({ name, changes, existing }): AlterExtension => {
    const missing = (['inSchema', 'version'] as const).find(
      (fact) => fact in changes && (existing[fact] ?? null) === null,
    );
    if (missing !== undefined)
      throw irreversible(
        'alterExtension',
        `extension '${name}'`,
        `give ${missing === 'version' ? 'existingVersion' : 'existingSchema'}, or write the downgrade by hand.`,
      );
    const said = Object.entries(changes).filter(([, value]) => value !== null);
    return deepFreeze({
      kind: 'alterExtension',
      name,
      changes: Object.fromEntries(Object.keys(changes).map((fact) => [fact, existing[fact as keyof Facts]])),
      existing: Object.fromEntries(said),
    });
  },
  apply: ({ name, changes }, schema) =>
    changeObject<Extension>(schema, 'extension', { schema: null, name }, (there) => ({
      ...there,
      ...changes,
    })),
  sql: (op, dialect) => {
    onlyPostgresql(`alterExtension of '${op.name}'`, dialect);
    return alterStatements(op, dialect);
  },
  destroys: null,
  touches: ({ name, changes }) => {
    const own = key('extension', { schema: null, name });
    return { requires: [own, ...schemaKeys(changes.inSchema ?? null)], changes: [own], place: 'first' };
  },
});

function alterStatements({ name, changes }: AlterExtension, { writer }: SqlDialect): { sql: string }[] {
  const alter = `ALTER EXTENSION ${writer.quote(name)}`;
  const { version, inSchema } = changes;
  return [
    ...(version === undefined
      ? []
      : [{ sql: `${alter} UPDATE${version === null ? '' : ` TO ${writer.quote(version)}`}` }]),
    ...(inSchema === undefined || inSchema === null
      ? []
      : [{ sql: `${alter} SET SCHEMA ${writer.quote(inSchema)}` }]),
  ];
}

/** Everything may use what it brings, and names it nowhere: it comes first. */
function extensionTouches({ name, inSchema }: Extension): Touches {
  return {
    provides: [key('extension', { schema: null, name })],
    requires: schemaKeys(inSchema),
    place: 'first',
  };
}

function schemaKeys(schema: string | null): readonly string[] {
  return schema === null ? [] : [key('schema', { schema: null, name: schema })];
}

export type { Extension } from '../../schema/extension.ts';
