import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Script } from '../commands/alembic-api.ts';

/** Where a command's words go: results to stdout, everything else to stderr. `json` makes results one document. */
export interface Output {
  readonly json: boolean;
  /** a line of the result, for people; nothing under `json` */
  line(text: string): void;
  /** the result, for programs; nothing without `json` */
  data(data: unknown): void;
  /** progress, for people */
  note(text: string): void;
}

export function output(json: boolean): Output {
  return {
    json,
    line: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    data: (data) => {
      if (json) process.stdout.write(`${JSON.stringify({ version: 1, data }, null, 2)}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
}

/** where the command was started; a configuration further up may change the working directory */
const start = process.cwd();

/** A path as it is reached from where the command was started. */
export function shownPath(path: string): string {
  return relative(start, path) || '.';
}

type Style = Parameters<typeof styleText>[0];

/** Colour on stdout where it is a terminal and NO_COLOR doesn't forbid it. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function paintError(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

/** A revision for people: one line, or with `verbose` all that is known. */
export function describe(script: Script, verbose: boolean, current = false): string {
  if (verbose) return script.format({ verbose: true, current });
  const line = script.format({
    includeBranches: true,
    includeDoc: true,
    includeParents: true,
    treeIndicators: true,
    current,
  });
  return line.replace(script.revision, () => paint('yellow', script.revision));
}

/** A revision for programs. */
export function scriptData(script: Script): object {
  return {
    revision: script.revision,
    downRevision: script.downRevision,
    dependsOn: script.dependsOn,
    branchLabels: [...script.branchLabels],
    doc: script.doc,
    longdoc: script.longdoc,
    path: script.path,
    nextRevisions: [...script.nextrev],
    isHead: script.isHead,
    isBase: script.isBase,
    isBranchPoint: script.isBranchPoint,
    isMergePoint: script.isMergePoint,
  };
}
