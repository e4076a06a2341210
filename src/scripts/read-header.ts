import type { Names, RevisionSpec } from '../revisions/revision.ts';
import { parseExports } from './parse-exports.ts';
import type { Comment } from './scanner.ts';
import type { SourceLiteral } from './source-value.ts';

export type HeaderName = 'revision' | 'downRevision' | 'branchLabels' | 'dependsOn';

/** The exports that place a file in the graph of revisions. */
export const headerNames: readonly HeaderName[] = ['revision', 'downRevision', 'branchLabels', 'dependsOn'];

/**
 * One export of the header: its value, which may be of a wrong type (whoever uses it judges that), or
 * `computed` where only importing the module tells.
 */
export type HeaderField =
  | { readonly computed: false; readonly value: SourceLiteral }
  | { readonly computed: true };

/** What a revision file says about itself without being imported. */
export interface SourceHeader {
  readonly fields: Readonly<Partial<Record<HeaderName, HeaderField>>>;
  /** Whether it exports `upgrade`, `upgrades`, `downgrade` or `downgrades`. */
  readonly migrates: boolean;
  /** The text of its first block comment, without stars; empty when there is none before the header. */
  readonly longdoc: string;
}

/**
 * Reads the header from a file's source: any layout of literal exports, ES module or CommonJS. Never throws.
 */
export function readHeader(source: string): SourceHeader {
  const generated = readGenerated(source);
  if (generated === undefined) return readAny(source);
  const { doc, ...values } = generated;
  const fields = headerNames.map((name) => [name, { computed: false, value: values[name] ?? null }]);
  return { fields: Object.fromEntries(fields), migrates: true, longdoc: doc };
}

/**
 * Reads the layout that the default template makes, by one anchored expression: it describes all that stands before
 * the header, so nothing in a comment or string can pass for it. Most files of most projects are like that, and it
 * is many times faster.
 *
 * @returns `undefined` for any other layout
 */
export function readGenerated(source: string): GeneratedHeader | undefined {
  let start = 0;
  let doc = '';
  if (source.startsWith('/*')) {
    const close = source.indexOf('*/', 2);
    if (close === -1) return undefined;
    doc = commentText(source.slice(2, close));
    start = close + 2;
  }
  GENERATED.lastIndex = start;
  const found = GENERATED.exec(source);
  if (found === null) return undefined;
  return {
    revision: found[1] as string,
    downRevision: generatedNames(found[2] as string),
    dependsOn: generatedNames(found[4] as string),
    branchLabels: generatedNames(found[3] as string),
    doc,
  };
}

/** A header whose values are of the right types. */
export interface GeneratedHeader extends RevisionSpec {
  readonly doc: string;
}

const TEXT = String.raw`[^'\\\r\n]+`;
const QUOTED = `'${TEXT}'`;
const NAMES = String.raw`(null|${QUOTED}|\[(?:${QUOTED}(?:, )?)*\]);[ \t]*(?://[^\r\n]*)?\s*`;
const GENERATED: RegExp = new RegExp(
  String.raw`\s*(?:import [^'"${'`'};/]*${QUOTED};\s*)*export const revision = '(${TEXT})';\s*` +
    `export const downRevision = ${NAMES}export const branchLabels = ${NAMES}export const dependsOn = ${NAMES}`,
  'y',
);

function generatedNames(literal: string): Names {
  if (literal === 'null') return null;
  if (literal.startsWith("'")) return literal.slice(1, -1);
  return Array.from(literal.matchAll(/'([^']*)'/g), (match) => match[1] as string);
}

function readAny(source: string): SourceHeader {
  const { named, comments } = parseExports(source);
  const fields: Partial<Record<HeaderName, HeaderField>> = {};
  for (const name of headerNames) {
    const value = named.get(name);
    if (value === undefined) continue;
    fields[name] = value.kind === 'literal' ? { computed: false, value: value.value } : { computed: true };
  }
  const migrates = ['upgrade', 'upgrades', 'downgrade', 'downgrades'].some((name) => named.has(name));
  return {
    fields,
    migrates,
    longdoc: docText(source, comments, named.get('revision')?.start ?? source.length),
  };
}

/**
 * The first block comment before `end` that stands outside of brackets; rather one with a `Revision ID:`, for
 * a licence may come first.
 */
function docText(source: string, comments: readonly Comment[], end: number): string {
  const texts = comments
    .filter((comment) => comment.block && comment.depth === 0 && comment.start < end)
    .map((comment) => commentText(source.slice(comment.start + 2, comment.end - 2)));
  return texts.find((text) => /^Revision ID:/m.test(text)) ?? texts[0] ?? '';
}

/**
 * What a block comment says: without the stars at the start of its lines, and as it was before {@link
 * commentSafe}.
 */
function commentText(body: string): string {
  const text = body.replace(/^\*? ?/, '').replace(/(?:\r\n?|[\n\u2028\u2029])(?:[ \t]*\* ?)?/g, '\n');
  return (text.includes('*\\') ? text.replace(/\*\\(\\*)\//g, '*$1/') : text).trim();
}

/**
 * `text` such that it can't end the block comment that it is put in; reading the comment gives `text` back.
 */
export function commentSafe(text: string): string {
  return text.replace(/\*(\\*)\//g, '*\\$1/');
}

/** The 1-based line on which `source` exports `name`; `undefined` when it doesn't. */
export function exportLine(source: string, name: string): number | undefined {
  const value = parseExports(source).named.get(name);
  return value === undefined ? undefined : lineAt(source, value.start);
}

/** The 1-based line of the character at `index`. */
export function lineAt(source: string, index: number): number {
  return source.slice(0, index).split(LINE_BREAK).length;
}

const LINE_BREAK = /\r\n?|[\n\u2028\u2029]/;
