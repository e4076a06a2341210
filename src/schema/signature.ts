import { ArgumentError } from '../errors.ts';
import { argumentType } from './argument-type.ts';
import { checkName } from './check-options.ts';
import { significant, type Token, tokensOf, unquotedName } from './sql-tokens.ts';

/** A function's name and arguments, read from SQL as PostgreSQL reads it. */
export interface Signature {
  readonly name: string;
  /** between the parentheses, as it is written */
  readonly argumentsText: string;
  readonly arguments: readonly FunctionArgument[];
  /** of those that a call gives, as the server spells them */
  readonly inputTypes: readonly string[];
}

export interface FunctionArgument {
  readonly mode: 'in' | 'out' | 'inout' | 'variadic';
  readonly name: string | null;
  readonly type: string;
  readonly hasDefault: boolean;
}

/** @throws ArgumentError `BAD_ARGUMENT` for what isn't `name(arguments)`, `BAD_NAME`. */
export function parseSignature(builder: string, text: unknown): Signature {
  const refuse = (why: string): ArgumentError =>
    new ArgumentError(
      'BAD_ARGUMENT',
      `${builder}: the signature is a name and arguments in parentheses, such as 'add_tax(price numeric, rate numeric DEFAULT 0.2)', not ${JSON.stringify(text)}: ${why}`,
    );
  if (typeof text !== 'string') throw refuse("it isn't a string.");
  const tokens = tokensOf(text);
  const [first, open] = significant(tokens);
  if (first === undefined || (first.kind !== 'word' && first.kind !== 'name'))
    throw refuse("it doesn't begin with a name. One of other characters than a-z stands in double quotes.");
  if (open?.text === '.') throw refuse("the schema isn't in it, but in the option schema.");
  if (open?.text !== '(') throw refuse('no parenthesis follows the name.');
  const start = tokens.indexOf(open) + 1;
  const end = closing(tokens, start);
  if (end === -1) throw refuse('a parenthesis is left open.');
  if (significant(tokens.slice(end + 1)).length > 0) throw refuse('something follows its last parenthesis.');
  const inner = tokens.slice(start, end);
  const lists = significant(inner).length === 0 ? [] : apart(inner);
  const args = lists.map((list) => {
    const argument = readArgument(significant(list));
    if (argument !== null) return argument;
    throw refuse(`'${textOf(list).trim()}' can't be read as an argument.`);
  });
  return {
    name: checkName(`${builder}: the name`, unquotedName(first)),
    argumentsText: textOf(inner).trim(),
    arguments: args,
    inputTypes: args.filter(({ mode }) => mode !== 'out').map(({ type }) => type),
  };
}

const modes = ['in', 'out', 'inout', 'variadic'] as const;

/** `[mode] [name] type [DEFAULT value]`, or `name mode type`. */
function readArgument(tokens: readonly Token[]): FunctionArgument | null {
  const at = tokens.findIndex(isDefault);
  const declared = at === -1 ? tokens : tokens.slice(0, at);
  const isMode = (token: Token): boolean =>
    token.kind === 'word' && (modes as readonly string[]).includes(token.text.toLowerCase());
  const said = declared.slice(0, 3).filter(isMode);
  const rest = declared.filter((token) => !said.includes(token));
  // IN OUT is INOUT
  const mode = modes.find((each) => each === said.map(({ text }) => text.toLowerCase()).join('')) ?? 'in';
  const facts = { mode, hasDefault: at !== -1 };
  const unnamed = argumentType(rest);
  if (unnamed !== null) return { ...facts, name: null, type: unnamed };
  const [name, ...typed] = rest;
  const type = argumentType(typed);
  return name === undefined || type === null ? null : { ...facts, name: unquotedName(name), type };
}

function isDefault(token: Token, i: number, all: readonly Token[]): boolean {
  if (token.kind === 'word') return /^default$/i.test(token.text);
  return token.text === '=' || (token.text === ':' && all[i + 1]?.text === '=');
}

/** The place of the parenthesis that closes the one before `start`; -1 where there is none. */
function closing(tokens: readonly Token[], start: number): number {
  let depth = 1;
  for (let i = start; i < tokens.length; i++) {
    depth += step(tokens[i] as Token);
    if (depth === 0) return i;
  }
  return -1;
}

/** The lists between commas that stand in no parentheses. */
function apart(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const lists: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += step(token);
    if (token.text === ',' && depth === 0) lists.push([]);
    else lists.at(-1)?.push(token);
  }
  return lists;
}

function step({ text }: Token): number {
  if (text === '(' || text === '[') return 1;
  return text === ')' || text === ']' ? -1 : 0;
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join('');
}
