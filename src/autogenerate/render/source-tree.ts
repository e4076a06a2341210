/** Source as a tree that isn't laid out in lines yet; a string is written as it is, and may be a template literal of several lines. */
export type Source = string | Call | ArrayLiteral | ObjectLiteral | Callback;

/** What is known of a piece from its parts, once and for all. */
interface Shape {
  /** all on one line, but for the lines of template literals */
  readonly line: string;
  /** whether there are template literals of several lines in it */
  readonly hasLines: boolean;
  /** never stands on one line: a callback that does something, a list of lists or objects, template literals of several lines inside of a list */
  readonly opens: boolean;
}

export interface Call extends Shape {
  readonly kind: 'call';
  readonly callee: string;
  readonly arguments: readonly Source[];
  /** its first argument stays beside the callee, so that a reader, or grep, finds `op.addColumn('users'` */
  readonly statement: boolean;
}

export interface ArrayLiteral extends Shape {
  readonly kind: 'array';
  readonly items: readonly Source[];
}

/** Keys as source. */
export type Entry = readonly [key: string, value: Source];

export interface ObjectLiteral extends Shape {
  readonly kind: 'object';
  readonly entries: readonly Entry[];
}

export interface Callback extends Shape {
  readonly kind: 'callback';
  readonly parameter: string;
  readonly statements: readonly Source[];
}

export function call(callee: string, args: readonly Source[], statement = false): Call {
  const line = `${callee}(${joined(args)})`;
  const opens = args.some(mustOpen);
  return { kind: 'call', callee, arguments: args, statement, line, hasLines: args.some(hasLines), opens };
}

export function array(items: readonly Source[]): ArrayLiteral {
  const lines = items.some(hasLines);
  const opens = lines || items.some(mustOpen) || isTabular(items);
  return { kind: 'array', items, line: `[${joined(items)}]`, hasLines: lines, opens };
}

export function object(entries: readonly Entry[]): ObjectLiteral {
  let line = '';
  for (const [key, value] of entries) line += `${line === '' ? '{ ' : ', '}${key}: ${onOneLine(value)}`;
  const lines = entries.some(([, value]) => hasLines(value));
  const opens = lines || entries.some(([, value]) => mustOpen(value));
  return { kind: 'object', entries, line: line === '' ? '{}' : `${line} }`, hasLines: lines, opens };
}

export function callback(parameter: string, statements: readonly Source[]): Callback {
  const opens = statements.length > 0;
  const body = statements.map((each) => `${onOneLine(each)}; `).join('');
  const line = opens ? `(${parameter}) => { ${body}}` : '() => {}';
  return { kind: 'callback', parameter, statements, line, hasLines: statements.some(hasLines), opens };
}

export function onOneLine(source: Source): string {
  return typeof source === 'string' ? source : source.line;
}

export function hasLines(source: Source): boolean {
  return typeof source === 'string' ? source.includes('\n') : source.hasLines;
}

export function mustOpen(source: Source): boolean {
  return typeof source !== 'string' && source.opens;
}

// by hand: a string that grows stays cheap, while `join` copies all of it at each level of the tree
function joined(parts: readonly Source[]): string {
  let text = '';
  for (const [i, part] of parts.entries()) text += i === 0 ? onOneLine(part) : `, ${onOneLine(part)}`;
  return text;
}

/** Several objects, or several lists, of more than one element each: a row a line. */
function isTabular(items: readonly Source[]): boolean {
  const [first] = items;
  if (items.length < 2 || typeof first !== 'object') return false;
  return items.every(
    (item) =>
      typeof item === 'object' &&
      item.kind === first.kind &&
      ((item.kind === 'array' && item.items.length > 1) ||
        (item.kind === 'object' && item.entries.length > 1)),
  );
}
