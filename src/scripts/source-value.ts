import type { TokenReader } from './token-reader.ts';

/** A value as far as the source tells it. */
export type SourceValue =
  | { readonly kind: 'literal'; readonly value: SourceLiteral; readonly start: number }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, SourceValue>; readonly start: number }
  | { readonly kind: 'reference'; readonly name: string; readonly start: number }
  | { readonly kind: 'computed'; readonly start: number };

export type SourceLiteral = undefined | null | boolean | number | string | readonly SourceLiteral[];

const NOT_LITERAL = Symbol('not literal');

const LITERAL_WORDS: ReadonlyMap<string, SourceLiteral> = new Map<string, SourceLiteral>([
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['false', false],
]);

/**
 * Reads an initialiser among brackets of `depth`, to its end: a literal, an object of values, a name, or
 * something else. An object in an object is of no use here, and reading none keeps deep ones off the stack.
 */
export function readValue(tokens: TokenReader, depth: number, objects = true): SourceValue {
  const { start } = tokens.token;
  let parentheses = 0;
  for (; tokens.is('(', 'open'); parentheses++) tokens.advance();
  let value = readOperand(tokens, start, objects);
  tokens.skipAssertions(depth + parentheses);
  for (; parentheses > 0 && tokens.is(')', 'close'); parentheses--) {
    tokens.advance();
    tokens.skipAssertions(depth + parentheses - 1);
  }
  if (parentheses > 0 || !tokens.atExpressionEnd(depth)) value = undefined;
  if (value !== undefined) return value;
  tokens.skipExpression(depth);
  return { kind: 'computed', start };
}

function readOperand(tokens: TokenReader, start: number, objects: boolean): SourceValue | undefined {
  const { kind, text } = tokens.token;
  if (kind === 'open' && text === '{' && objects) return readObject(tokens);
  if (kind === 'name' && !LITERAL_WORDS.has(text) && text !== 'void') {
    tokens.advance();
    return { kind: 'reference', name: text, start };
  }
  const value = readLiteral(tokens);
  return value === NOT_LITERAL ? undefined : { kind: 'literal', value, start };
}

/** A string, number, word or a list of these; what is passed when it isn't one is for the caller to skip. */
function readLiteral(tokens: TokenReader): SourceLiteral | typeof NOT_LITERAL {
  const { kind, text } = tokens.token;
  if (kind === 'string') return tokens.advance().text;
  if (kind === 'number') return Number(tokens.advance().text.replaceAll('_', ''));
  if (kind === 'open' && text === '[') return readList(tokens);
  if (kind !== 'name') return NOT_LITERAL;
  tokens.advance();
  if (LITERAL_WORDS.has(text)) return LITERAL_WORDS.get(text);
  // `void 0`, as compilers write it
  return text === 'void' && tokens.token.kind === 'number' && tokens.advance() ? undefined : NOT_LITERAL;
}

function readList(tokens: TokenReader): SourceLiteral | typeof NOT_LITERAL {
  const { depth } = tokens.advance();
  const items: SourceLiteral[] = [];
  while (!tokens.is(']', 'close')) {
    const item = tokens.token.kind === 'open' ? NOT_LITERAL : readLiteral(tokens);
    if (item === NOT_LITERAL) return NOT_LITERAL;
    items.push(item);
    tokens.skipAssertions(depth + 1);
    if (tokens.is(',')) tokens.advance();
    else if (!tokens.is(']', 'close')) return NOT_LITERAL;
  }
  tokens.advance();
  return items;
}

/** The fields of an object literal, from its `{`. Methods and what is computed are fields too. */
function readObject(tokens: TokenReader): SourceValue {
  const { start, depth } = tokens.advance();
  const inside = depth + 1;
  const fields = new Map<string, SourceValue>();
  while (tokens.token.kind !== 'end' && tokens.token.depth > depth) {
    let key = tokens.advance();
    const afterModifier = tokens.token.kind === 'name' || tokens.token.kind === 'string' || tokens.is('*');
    if (afterModifier && /^(?:async|get|set|\*)$/.test(key.text)) {
      if (tokens.is('*')) tokens.advance();
      key = tokens.advance();
    }
    const named = key.kind === 'name' || key.kind === 'string';
    if (named && tokens.is(':')) {
      tokens.advance();
      fields.set(key.text, readValue(tokens, inside, false));
    } else if (named && (tokens.is(',') || tokens.is('}', 'close'))) {
      fields.set(key.text, { kind: 'reference', name: key.text, start: key.start });
    } else {
      if (named) fields.set(key.text, { kind: 'computed', start: key.start });
      tokens.skipExpression(inside);
    }
    if (tokens.is(',')) tokens.advance();
  }
  tokens.advance();
  return { kind: 'object', fields, start };
}
