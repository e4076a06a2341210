import {
  type ArrayLiteral,
  type Call,
  type Callback,
  hasLines,
  mustOpen,
  type ObjectLiteral,
  onOneLine,
  type Source,
} from './source-tree.ts';

/** Where a piece of source begins, and how much must fit on its last line behind it. */
interface Place {
  readonly indent: number;
  readonly column: number;
  readonly behind: number;
  readonly width: number;
}

/**
 * A statement in lines of at most `width` characters where that can be, the way prettier breaks them: all on one line, else the last list or object
 * opened, else an argument a line. The lines are indented from column 0.
 */
export function layOut(statement: Source, width: number): string {
  return `${lay(statement, { indent: 0, column: 0, behind: 1, width })};`;
}

function lay(source: Source, place: Place): string {
  if (!mustOpen(source) && fits(onOneLine(source), place, hasLines(source))) return onOneLine(source);
  if (typeof source === 'string') return source;
  return source.kind === 'call' ? layCall(source, place) : open(source, place);
}

/** A list, an object or a callback over several lines. */
function open(source: ArrayLiteral | ObjectLiteral | Callback, { indent, width }: Place): string {
  const inner = { indent: indent + 2, column: indent + 2, behind: 1, width };
  const lines = (texts: readonly string[]): string =>
    texts.map((text) => `${' '.repeat(indent + 2)}${text}\n`).join('');
  const end = ' '.repeat(indent);
  switch (source.kind) {
    case 'array':
      return `[\n${lines(source.items.map((item) => `${lay(item, inner)},`))}${end}]`;
    case 'object':
      return `{\n${lines(source.entries.map(([key, value]) => `${entry(key, value, inner)},`))}${end}}`;
    case 'callback':
      return `(${source.parameter}) => {\n${lines(source.statements.map((each) => `${lay(each, inner)};`))}${end}}`;
  }
}

function entry(key: string, value: Source, place: Place): string {
  const beside = { ...place, column: place.column + key.length + 2 };
  // a long string goes below its key, unless the key is too short for that to help
  if (typeof value === 'string' && value.startsWith("'") && key.length >= 5 && !fits(value, beside)) {
    return `${key}:\n${' '.repeat(place.indent + 2)}${value}`;
  }
  return `${key}: ${lay(value, beside)}`;
}

function layCall(call: Call, place: Place): string {
  for (const index of openable(call)) {
    const text = openArgument(call, index, place);
    if (text !== null) return text;
  }
  const [first, ...rest] = call.arguments;
  const inner = { ...place, indent: place.indent + 2, column: place.indent + 2, behind: 1 };
  const lines = (args: readonly Source[]): string =>
    args.map((arg) => `${' '.repeat(inner.indent)}${lay(arg, inner)},\n`).join('');
  const end = `${' '.repeat(place.indent)})`;
  if (first === undefined || (call.statement && rest.length === 0)) return onOneLine(call);
  if (!call.statement) return `${call.callee}(\n${lines(call.arguments)}${end}`;
  return `${call.callee}(${onOneLine(first)},\n${lines(rest)}${end}`;
}

/** Which arguments may be opened while the others stay on the lines of the parentheses, best first. */
function openable({ arguments: args, statement }: Call): readonly number[] {
  const last = args.length - 1;
  const kinds = args.map((arg) => (typeof arg === 'string' ? 'text' : arg.kind));
  // the elements of a table, the rows of an insert, a callback: options follow behind the closing bracket
  const main = statement
    ? args.findIndex((arg) => typeof arg === 'object' && (mustOpen(arg) || holdsCalls(arg)))
    : -1;
  const found = main === -1 ? [] : [main];
  const literal = (kinds[last] === 'array' || kinds[last] === 'object') && kinds[last] !== kinds[last - 1];
  if (main !== last && (literal || (statement && kinds[last] === 'call'))) found.push(last);
  return found.filter((index) => !isEmpty(args[index] as Source));
}

function holdsCalls(source: Source): boolean {
  return (
    typeof source === 'object' &&
    source.kind === 'array' &&
    source.items.some((item) => typeof item === 'object' && item.kind === 'call')
  );
}

function isEmpty(source: Source): boolean {
  if (typeof source === 'string') return true;
  switch (source.kind) {
    case 'call':
      return source.arguments.length === 0;
    case 'array':
      return source.items.length === 0;
    case 'object':
      return source.entries.length === 0;
    case 'callback':
      return source.statements.length === 0;
  }
}

/** The call with one argument opened, or null where even then a line is too long. */
function openArgument(call: Call, index: number, place: Place): string | null {
  const before = call.arguments.slice(0, index);
  if (before.some(mustOpen)) return null;
  let text = `${call.callee}(${before.map((arg) => `${onOneLine(arg)}, `).join('')}`;
  const at = (behind: number): Place => ({ ...place, column: endColumn(text, place.column), behind });
  const opened = call.arguments[index] as Exclude<Source, string>;
  text += opened.kind === 'call' ? layCall(opened, at(place.behind + 1)) : open(opened, at(0));
  for (const arg of call.arguments.slice(index + 1)) {
    text += ', ';
    text += lay(arg, at(place.behind + 1));
  }
  return fits(`${text})`, place) ? `${text})` : null;
}

/** Whether the first and the last line of a text stay within the width. */
function fits(text: string, { column, behind, width }: Place, severalLines = text.includes('\n')): boolean {
  if (!severalLines) return column + text.length + behind <= width;
  return column + text.indexOf('\n') <= width && endColumn(text, column) + behind <= width;
}

function endColumn(text: string, column: number): number {
  const line = text.lastIndexOf('\n');
  return line === -1 ? column + text.length : text.length - line - 1;
}
