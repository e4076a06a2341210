import type { CompareOptions } from '../autogenerate/compare-options.ts';
import type { MigrationScript } from '../autogenerate/migration-script.ts';
import type { RenderItem } from '../autogenerate/render/render-context.ts';
import type { ObjectKind } from '../dialect/object-kind.ts';
import { ArgumentError } from '../errors.ts';
import type { RuntimeOptions } from '../runtime/context.ts';
import type { MigrationContext } from '../runtime/migration-context.ts';
import { checkOptions } from '../schema/check-options.ts';

/** Alembic's `process_revision_directives`: may change the directives in place, add to them, or empty them (then nothing is written). */
export type ProcessRevisionDirectives = (
  context: MigrationContext,
  revision: readonly string[],
  directives: MigrationScript[],
) => void | PromiseLike<void>;

/** The arguments of Alembic's `EnvironmentContext.configure`, in camelCase, but for the connection. */
export interface ContextOptions extends RuntimeOptions, CompareOptions {
  readonly processRevisionDirectives?:
    | ProcessRevisionDirectives
    | readonly ProcessRevisionDirectives[]
    | null;
  /** write changes of tables as batches; default false */
  readonly renderAsBatch?: boolean;
  readonly renderItem?: RenderItem | null;
  /** kinds of objects beside the built-in ones, from `defineObjectKind` */
  readonly objectKinds?: readonly ObjectKind[];
  /** for the template of new revisions */
  readonly templateArgs?: { readonly [name: string]: unknown };
  /** the revision from which offline SQL begins */
  readonly startingRev?: string | null;
  /** where offline SQL goes */
  readonly outputBuffer?: { write(text: string): unknown } | null;
  /** of Python's Alembic, and without effect here: generated source imports what it uses by name */
  readonly alembicModulePrefix?: string | null;
  /** as `alembicModulePrefix` */
  readonly sqlalchemyModulePrefix?: string | null;
  /** as `alembicModulePrefix` */
  readonly userModulePrefix?: string | null;
  /** as `alembicModulePrefix`: revisions of several databases have `upgrades` and `downgrades` */
  readonly upgradeToken?: string;
  /** as `upgradeToken` */
  readonly downgradeToken?: string;
  /** as `alembicModulePrefix`: values are always literals */
  readonly literalBinds?: boolean;
  /** as `alembicModulePrefix`: `objectKinds` add to what is compared, `includeObject` takes away */
  readonly autogeneratePlugins?: readonly string[];
}

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isFunction: Check = (value) => typeof value === 'function';
const isText: Check = (value) => typeof value === 'string';
const anything: Check = () => true;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOrMany =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? value.every(check) : check(value);
const isMetaData: Check = (value) => Array.isArray((value as { objects?: unknown } | null)?.objects);

const isSchemaMap: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  [...(value instanceof Map ? value.values() : Object.values(value))].every(orNull(isText));

const checks: { readonly [Name in keyof Required<ContextOptions>]: readonly [Check, string] } = {
  targetMetadata: [orNull(oneOrMany(isMetaData)), 'a MetaData or an array of them'],
  transactionPerMigration: [isBoolean, 'true or false'],
  transactionalDdl: [orNull(isBoolean), 'true, false or null'],
  lockTimeout: [(value) => typeof value === 'number' && value >= 0, 'a number of milliseconds'],
  lockRetries: [(value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a number of times'],
  statementTimeout: [
    orNull((value) => typeof value === 'number' && value > 0),
    'a number of milliseconds above 0, or null',
  ],
  onVersionApply: [orNull(oneOrMany(isFunction)), 'a function or an array of them'],
  tag: [orNull(isText), 'a string'],
  versionTable: [(value) => isText(value) && value !== '', 'a name'],
  versionTableSchema: [orNull(isText), 'a name or null'],
  versionTablePk: [isBoolean, 'true or false'],
  schemaTranslateMap: [isSchemaMap, 'schemas by the names that the models give them'],
  compareType: [(value) => isBoolean(value) || isFunction(value), 'true, false or a function'],
  compareServerDefault: [(value) => isBoolean(value) || isFunction(value), 'true, false or a function'],
  includeName: [isFunction, 'a function'],
  includeObject: [isFunction, 'a function'],
  includeSchemas: [isBoolean, 'true or false'],
  includeKinds: [(value) => Array.isArray(value) && value.every(isText), 'an array of names of kinds'],
  processRevisionDirectives: [orNull(oneOrMany(isFunction)), 'a function or an array of them'],
  renderAsBatch: [isBoolean, 'true or false'],
  renderItem: [orNull(isFunction), 'a function'],
  objectKinds: [Array.isArray, 'an array of kinds'],
  templateArgs: [(value) => typeof value === 'object', 'an object'],
  startingRev: [orNull(isText), 'a revision'],
  outputBuffer: [orNull((value) => typeof value === 'object'), 'something to write to'],
  alembicModulePrefix: [anything, ''],
  sqlalchemyModulePrefix: [anything, ''],
  userModulePrefix: [anything, ''],
  upgradeToken: [anything, ''],
  downgradeToken: [anything, ''],
  literalBinds: [anything, ''],
  autogeneratePlugins: [anything, ''],
};

/** The names of all options. */
const contextOptionNames: readonly string[] = Object.keys(checks);

/**
 * Checked options with their defaults: types and server defaults are compared.
 *
 * @throws ArgumentError `UNKNOWN_OPTION` naming the nearest option; `BAD_ARGUMENT` for a value of the wrong type.
 */
export function contextOptions(given: ContextOptions): ContextOptions {
  checkOptions('context', given, contextOptionNames);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    const [isRight, what] = checks[name as keyof ContextOptions];
    if (!isRight(value)) throw new ArgumentError('BAD_ARGUMENT', `context: ${name} must be ${what}.`);
  }
  return Object.freeze({ compareType: true, compareServerDefault: true, ...Object.fromEntries(set) });
}
