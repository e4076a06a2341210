import { createRequire } from 'node:module';
import type { AlembicApi } from '../commands/alembic-api.ts';

type Program = (name: string, find: () => Promise<AlembicApi>) => import('commander').Command;

const here = import.meta.url;

/**
 * The command line, loaded when it is asked for, and at once, since registering a command can't wait: applications that never show a command don't pay
 * for Commander.
 */
export function loadProgram(): Program {
  const require = createRequire(here);
  return (require(here.endsWith('.ts') ? '../cli/program.ts' : '../cli/program.js') as { program: Program })
    .program;
}
