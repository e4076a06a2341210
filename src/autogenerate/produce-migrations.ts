import type { MetaData } from '../schema/metadata.ts';
import { withAutocommitBlocks } from './autocommit-blocks.ts';
import { type Comparison, compareToDatabase } from './compare.ts';
import {
  DowngradeOps,
  MigrationScript,
  type MigrationScriptOptions,
  type OperationList,
  UpgradeOps,
} from './migration-script.ts';

/** A database to compare: its models, and all that the comparison works with. */
export interface Target {
  /** key of the database; null where there is one only */
  readonly engineName: string | null;
  readonly metadatas: readonly MetaData[];
  readonly comparison: Comparison;
}

/**
 * Compares each database with its models: a script whose way up leads to the models, and whose way down is its reverse.
 *
 * @throws ArgumentError `IRREVERSIBLE` when an operation of a user's own kind can't be reversed.
 */
export async function produceMigrations(
  targets: readonly Target[],
  options: MigrationScriptOptions = {},
): Promise<MigrationScript> {
  const up: OperationList[] = [];
  const down: OperationList[] = [];
  for (const { engineName, metadatas, comparison } of targets) {
    const { definitions } = comparison;
    const operations = await compareToDatabase(metadatas, comparison);
    const list = new UpgradeOps(withAutocommitBlocks(operations, definitions), definitions, engineName);
    up.push(list);
    down.push(new DowngradeOps(list.reverse().ops, definitions, engineName));
  }
  return new MigrationScript(up, down, options);
}
