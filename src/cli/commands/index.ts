import type { CliCommand } from '../cli-command.ts';
import { branches } from './branches.ts';
import { check } from './check.ts';
import { current } from './current.ts';
import { downgrade } from './downgrade.ts';
import { edit } from './edit.ts';
import { ensureVersion } from './ensure-version.ts';
import { heads } from './heads.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import { listTemplates } from './list-templates.ts';
import { log } from './log.ts';
import { merge } from './merge.ts';
import { mkdir } from './mkdir.ts';
import { revision } from './revision.ts';
import { show } from './show.ts';
import { stamp } from './stamp.ts';
import { upgrade } from './upgrade.ts';

/** Every command, in the order in which help lists them. */
export const cliCommands: readonly CliCommand[] = [
  init,
  mkdir,
  revision,
  upgrade,
  downgrade,
  stamp,
  current,
  heads,
  branches,
  log,
  history,
  show,
  merge,
  check,
  edit,
  ensureVersion,
  listTemplates,
];
