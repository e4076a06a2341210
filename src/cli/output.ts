import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Script } from '../commands/alembic-api.ts';

/** Where a command's words go: results to stdout, everything else to stderr. `json` makes results one document. */
export interface Output {
  readonly json: boolean;
  /** a line of the result, for people; nothing under `json` */
  line(text: string): void;
  /** many lines of it at once: a pipe takes its time for each write */
  lines(texts: readonly string[]): void;
  /** the result, for programs; not even made without `json` */
  data(make: () => unknown): void;
  /** progress, for people */
  note(text: string): void;
}

export function output(json: boolean): Output {
  const lines = (texts: readonly string[]): void => {
    if (!json && texts.length > 0) process.stdout.write(`${texts.join('\n')}\n`);
  };
  return {
    json,
    line: (text) => lines([text]),
    lines,
    data: (make) => {
      if (json) process.stdout.write(`${JSON.stringify({ version: 1, data: make() }, null, 2)}\n`);
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
  // asked once: a long history has thousands of lines
  coloured ??= styleText('bold', 'x', { stream: process.stdout }) !== 'x';
  return coloured ? styleText(style, text, { stream: process.stdout }) : text;
}

let coloured: boolean | undefined;

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
