import type { Command } from 'commander';

/** What an application must offer to have migrations: a plain object will do. */
export interface App {
  readonly name?: string;
  /** what paths are relative to (default: the working directory) */
  readonly rootPath?: string;
  /** goes over the options of the `Alembic`: `alembic` over its `config`, `alembicContext` over its `context` */
  readonly config?: {
    readonly alembic?: object;
    readonly alembicContext?: object;
    readonly [key: string]: unknown;
  };
  /** a Commander program to hang the command under */
  readonly cli?: Command;
  /** takes a function to call when the application shuts down */
  onClose?(hook: () => Promise<void>): void;
}
