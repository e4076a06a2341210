import { styleText } from 'node:util';
import { changedLines } from './changed-lines.ts';

let step = 0;

/** Begins the next step, under a heading of its own. */
export function heading(title: string): void {
  console.log(`\n${style('bold', `${++step}. ${title}`)}`);
}

/** Says something in a sentence. */
export function say(text: string): void {
  console.log(text);
}

/** Shows what somebody types, as a shell would. */
export function prompt(who: string, command: string): void {
  console.log(`  ${style('dim', `${who} $`)} ${style('cyan', command)}`);
}

/** Shows lines of output or of a file. */
export function show(text: string): void {
  for (const line of text.trimEnd().split('\n')) console.log(line === '' ? '' : `    ${line}`);
}

/** Shows how a file changes: lines that go and lines that come. */
export function showChange(before: string, after: string): void {
  for (const { sign, line } of changedLines(before, after))
    console.log(`    ${style(sign === '-' ? 'red' : 'green', `${sign} ${line}`)}`);
}

/** Something that the demo expects: without it there is nothing to show. */
export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Colour, where stdout is a terminal and NO_COLOR doesn't forbid it. */
export function style(name: Parameters<typeof styleText>[0], text: string): string {
  return styleText(name, text, { stream: process.stdout });
}
