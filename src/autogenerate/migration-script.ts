import { flattenBatches } from '../operations/containers.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { withAutocommitBlocks } from './autocommit-blocks.ts';

/** A difference: the frozen operation itself, with the database's key where there are several. */
export type Diff = Operation & { readonly engineName?: string };

/** The operations of one direction, of one database. `ops` may be changed by `processRevisionDirectives` and a `Rewriter`. */
export class OperationList {
  ops: Operation[];
  /** key of the database, where there are several */
  readonly engineName: string | null;
  readonly #definitions: Definitions;

  constructor(ops: Iterable<Operation>, definitions: Definitions, engineName: string | null = null) {
    this.ops = [...ops];
    this.#definitions = definitions;
    this.engineName = engineName;
  }

  isEmpty(): boolean {
    return this.ops.length === 0;
  }

  /** The operations, containers flattened. */
  asDiffs(): Diff[] {
    const flat = flattenBatches(this.ops);
    return this.engineName === null
      ? [...flat]
      : flat.map((op) => Object.freeze({ ...op, engineName: this.engineName as string }));
  }

  /**
   * The operations that undo these, last first. What runs outside of a transaction is put where it has to be on the way back.
   *
   * @throws ArgumentError `IRREVERSIBLE`.
   */
  reverse(): OperationList {
    const reversed = this.ops.map((op) => this.#definitions.reverse(op)).reverse();
    return new OperationList(
      withAutocommitBlocks(reversed, this.#definitions),
      this.#definitions,
      this.engineName,
    );
  }
}

/** The way up. */
export class UpgradeOps extends OperationList {}
/** The way down. */
export class DowngradeOps extends OperationList {}

export interface MigrationScriptOptions {
  readonly revId?: string | null;
  readonly message?: string | null;
  readonly imports?: Iterable<string>;
  readonly head?: string | readonly string[] | null;
  readonly splice?: boolean;
  readonly branchLabel?: string | readonly string[] | null;
  readonly versionPath?: string | null;
  readonly dependsOn?: string | readonly string[] | null;
}

/** What a revision file will hold: made by `produceMigrations`, handed to `processRevisionDirectives`, rendered by `renderMigration`. */
export class MigrationScript {
  revId: string | null;
  message: string | null;
  /** import lines that the operations need beside those that the renderer finds */
  readonly imports: Set<string>;
  head: string | readonly string[] | null;
  splice: boolean;
  branchLabel: string | readonly string[] | null;
  versionPath: string | null;
  dependsOn: string | readonly string[] | null;
  /** one per database */
  readonly upgradeOpsList: OperationList[];
  readonly downgradeOpsList: OperationList[];

  constructor(
    upgradeOpsList: readonly OperationList[],
    downgradeOpsList: readonly OperationList[],
    options: MigrationScriptOptions = {},
  ) {
    this.upgradeOpsList = [...upgradeOpsList];
    this.downgradeOpsList = [...downgradeOpsList];
    this.revId = options.revId ?? null;
    this.message = options.message ?? null;
    this.imports = new Set(options.imports);
    this.head = options.head ?? null;
    this.splice = options.splice ?? false;
    this.branchLabel = options.branchLabel ?? null;
    this.versionPath = options.versionPath ?? null;
    this.dependsOn = options.dependsOn ?? null;
  }

  /** The way up: one list, or an array of them in the order of the databases where there are several. `upgradeOpsList` is an array always. */
  get upgradeOps(): OperationList | OperationList[] {
    return oneOrAll(this.upgradeOpsList);
  }

  /** The way down, as {@link upgradeOps}. */
  get downgradeOps(): OperationList | OperationList[] {
    return oneOrAll(this.downgradeOpsList);
  }

  isEmpty(): boolean {
    return this.upgradeOpsList.every((list) => list.isEmpty());
  }
}

function oneOrAll(lists: OperationList[]): OperationList | OperationList[] {
  const [only, ...others] = lists;
  return only === undefined || others.length > 0 ? lists : only;
}
