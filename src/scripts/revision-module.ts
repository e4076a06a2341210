import { readFileSync } from 'node:fs';
import { CommandError, type ErrorCode } from '../errors.ts';
import type { ModuleExports } from './load-module.ts';
import { exportLine } from './read-header.ts';

/**
 * One direction of a revision: gets the operations, and what the run passes on (`engineName` and the caller's
 * arguments).
 */
export type MigrationFunction = (op: unknown, args: Readonly<Record<string, unknown>>) => unknown;

/** By the key of a database. */
export type MigrationMap = Readonly<Record<string, MigrationFunction>>;

/** The checked exports of a revision file, beside whatever else it exports. */
export interface RevisionModule extends ModuleExports {
  readonly upgrade?: MigrationFunction | undefined;
  readonly upgrades?: MigrationMap | undefined;
  readonly downgrade?: MigrationFunction | undefined;
  readonly downgrades?: MigrationMap | undefined;
}

export type Direction = 'upgrade' | 'downgrade';

/**
 * Checks what a revision file exports. A `downgrade` may be missing, until it is asked for.
 *
 * @throws CommandError `UPGRADE_MISSING`, `MIGRATION_AMBIGUOUS`, `MIGRATION_INVALID`
 */
export function checkMigrations(exports: ModuleExports, file: string): RevisionModule {
  for (const direction of ['upgrade', 'downgrade'] as const) {
    const one = exports[direction];
    const several = exports[`${direction}s`];
    if (isPresent(one) && isPresent(several)) {
      throw exportError(
        'MIGRATION_AMBIGUOUS',
        file,
        `${direction}s`,
        `exports both ${direction} and ${direction}s; keep one of them`,
      );
    }
    if (isPresent(one) && typeof one !== 'function') {
      throw exportError(
        'MIGRATION_INVALID',
        file,
        direction,
        `exports ${direction} as ${kindOf(one)}; it has to be a function`,
      );
    }
    if (isPresent(several)) checkMap(several, direction, file);
  }
  if (!isPresent(exports.upgrade) && !isPresent(exports.upgrades)) {
    throw exportError(
      'UPGRADE_MISSING',
      file,
      'revision',
      'exports no upgrade; add `export function upgrade(op) {}`, empty if there is nothing to do',
    );
  }
  return exports as RevisionModule;
}

/**
 * The function for one direction and one database. `null` where the file has a map without that database:
 * nothing to do there.
 *
 * @throws CommandError `DOWNGRADE_MISSING`, `UPGRADE_MISSING`
 */
export function migrationFor(
  module: RevisionModule,
  direction: Direction,
  engineName: string,
  file: string,
): MigrationFunction | null {
  const one = module[direction];
  if (isPresent(one)) return one.bind(module);
  const several = module[`${direction}s`];
  if (isPresent(several)) {
    return Object.hasOwn(several, engineName)
      ? (several[engineName] as MigrationFunction).bind(several)
      : null;
  }
  throw exportError(
    direction === 'upgrade' ? 'UPGRADE_MISSING' : 'DOWNGRADE_MISSING',
    file,
    'revision',
    `exports no ${direction}, so it can't be run that way; add one, empty if there is nothing to do`,
  );
}

function checkMap(map: unknown, direction: Direction, file: string): void {
  const fail = (found: string) =>
    exportError(
      'MIGRATION_INVALID',
      file,
      `${direction}s`,
      `exports ${direction}s ${found}; it has to be an object of functions by database`,
    );
  if (typeof map !== 'object' || Array.isArray(map)) throw fail(`as ${kindOf(map)}`);
  for (const [key, value] of Object.entries(map as object)) {
    if (typeof value !== 'function') throw fail(`with ${kindOf(value)} for '${key}'`);
  }
}

function isPresent<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function exportError(code: ErrorCode, file: string, name: string, reason: string): CommandError {
  let line: number | undefined;
  try {
    line = exportLine(readFileSync(file, 'utf8'), name);
  } catch {
    // Gone since it was imported: the error at hand matters more.
  }
  return new CommandError(code, `${line === undefined ? file : `${file}:${line}`} ${reason}.`, {
    details: line === undefined ? { file } : { file, line },
  });
}
