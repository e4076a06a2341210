import type { Command } from 'commander';
import { ArgumentError, CommandError } from '../errors.ts';

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

/** @throws CommandError `NO_APP` for what is no object; ArgumentError `BAD_ARGUMENT` for a member of the wrong type. */
export function checkApp(app: unknown): asserts app is App {
  if (typeof app !== 'object' || app === null) {
    throw new CommandError(
      'NO_APP',
      `An application is an object, such as { rootPath: import.meta.dirname }; not ${String(app)}.`,
    );
  }
  const { rootPath, config, cli, onClose } = app as { readonly [member: string]: unknown };
  const wrong = (member: string, what: string, found: unknown): ArgumentError =>
    new ArgumentError('BAD_ARGUMENT', `The application's ${member} must be ${what}, not ${String(found)}.`);
  if (rootPath !== undefined && (typeof rootPath !== 'string' || rootPath === ''))
    throw wrong('rootPath', 'the path of a directory', rootPath);
  if (config !== undefined && !isObject(config)) throw wrong('config', 'an object', config);
  for (const name of ['alembic', 'alembicContext'] as const) {
    const part = (config as App['config'])?.[name];
    if (part !== undefined && !isObject(part)) throw wrong(`config.${name}`, 'an object', part);
  }
  if (cli !== undefined && typeof (cli as { addCommand?: unknown } | null)?.addCommand !== 'function')
    throw wrong('cli', 'a Command of Commander', cli);
  if (onClose !== undefined && typeof onClose !== 'function') throw wrong('onClose', 'a function', onClose);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
