import type { Operation } from '../../operations/operation.ts';
import { withAutocommitBlocks } from '../autocommit-blocks.ts';
import { Imports, importStatements, withOperationsType } from './imports.ts';
import type { RenderContext } from './render-context.ts';
import { lineWidth, renderOperations } from './render-operations.ts';

/** The operations of one direction of one database: an `OperationList`, or plain data. */
export interface RenderableOperations {
  readonly ops: readonly Operation[];
  /** key of the database, where there are several */
  readonly engineName?: string | null;
}

/** What {@link renderMigration} takes: a `MigrationScript`, or plain data. An array says that the file serves several databases. */
export interface RenderableMigration {
  readonly upgradeOps: RenderableOperations | readonly RenderableOperations[];
  readonly downgradeOps: RenderableOperations | readonly RenderableOperations[];
  /** further import lines */
  readonly imports?: Iterable<string>;
}

/** The parts of a revision file's source; lines aren't indented. */
export interface RenderedMigration {
  /** import statements for TypeScript, the type `Operations` among them, for exactly what is used */
  readonly imports: string;
  /** the same as specifiers by module, without the type, for files in other languages; the script's own lines aren't in it */
  readonly importNames: { readonly [module: string]: readonly string[] };
  /** the body of `upgrade`; where there are several databases, the bodies by key */
  readonly upgrades: string | { readonly [engineName: string]: string };
  /** the body of `downgrade`, or the bodies */
  readonly downgrades: string | { readonly [engineName: string]: string };
}

/**
 * The source of a migration, for the template of revision files. Deterministic: the same operations give the same text.
 *
 * @param context of the database, or a function that gives each database's own
 * @throws ArgumentError `NO_SOURCE` for values that no source can say, `UNKNOWN_OPERATION`.
 */
export function renderMigration(
  migration: RenderableMigration,
  context: RenderContext | ((engineName: string) => RenderContext),
): RenderedMigration {
  const imports = new Imports();
  const body = ({ ops, engineName }: RenderableOperations, indent: number): string => {
    const own = typeof context === 'function' ? context(engineName ?? 'default') : context;
    // a hook may have added to it, or asked for an index to be made concurrently
    return renderOperations(withAutocommitBlocks(ops, own.definitions), own, { imports, indent });
  };
  const direction = (
    operations: RenderableOperations | readonly RenderableOperations[],
  ): string | { readonly [engineName: string]: string } => {
    // a function's body, or that of a method in an object
    if (!isArray(operations)) return body(operations, 2);
    return Object.fromEntries(operations.map((each) => [each.engineName ?? 'default', body(each, 4)]));
  };
  const upgrades = direction(migration.upgradeOps);
  const downgrades = direction(migration.downgradeOps);
  const statements = importStatements(withOperationsType(imports.names), lineWidth);
  const lines = new Set([...statements, ...(migration.imports ?? [])]);
  return { imports: [...lines].join('\n'), importNames: imports.names, upgrades, downgrades };
}

function isArray<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
