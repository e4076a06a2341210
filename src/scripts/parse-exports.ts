import { type Comment, Scanner, type Token } from './scanner.ts';

/**
 * What a module exports, as far as its source says so without running: literals by value, everything else as `computed`.
 * ES modules (`export const`, `export { a as b }`, `export default { … }`) and CommonJS (`exports.a =`, `module.exports = { … }`).
 */
export interface SourceExports {
  readonly named: ReadonlyMap<string, SourceValue>;
  readonly comments: readonly Comment[];
  /** Whether it has `import` or `export` at the top level. */
  readonly esm: boolean;
}

export type SourceValue =
  | { readonly kind: 'literal'; readonly value: SourceLiteral; readonly start: number }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, SourceValue>; readonly start: number }
  | { readonly kind: 'reference'; readonly name: string; readonly start: number }
  | { readonly kind: 'computed'; readonly start: number };

export type SourceLiteral = undefined | null | boolean | number | string | readonly SourceLiteral[];

/** Reads the whole of `source`. */
export function parseExports(source: string): SourceExports {
  return new ExportParser(source).parse();
}

const DECLARES: ReadonlySet<string> = new Set(['const', 'let', 'var']);
const CONTINUES_LINE: ReadonlySet<string> = new Set(['in', 'instanceof', 'as', 'satisfies']);
/** In a type, a line that ends or begins with one of these goes on. */
const JOINS_TYPE: ReadonlySet<string> = new Set(
  '| & => . ? : < = as satisfies extends keyof typeof infer is readonly unique'.split(' '),
);
/** Words that begin a statement when they begin a line, even where the expression before isn't understood. */
const BEGINS_STATEMENT: ReadonlySet<string> = new Set(
  'export import const let var function class async if for while do switch try throw return type interface declare module exports'.split(
    ' ',
  ),
);

class ExportParser {
  readonly #scanner: Scanner;
  #token: Token;
  #before: Token | undefined;
  #esm = false;
  readonly #locals = new Map<string, SourceValue>();
  readonly #exports = new Map<string, SourceValue>();

  constructor(source: string) {
    this.#scanner = new Scanner(source);
    this.#token = this.#scanner.next();
  }

  parse(): SourceExports {
    while (this.#token.kind !== 'end') this.#statement();
    const named = new Map<string, SourceValue>();
    for (const [name, value] of this.#exports) named.set(name, this.#resolve(value));
    const whole = named.get('default');
    // A default export that is an object stands for the module, beside named exports, which win.
    if (whole?.kind === 'object') {
      for (const [name, value] of whole.fields) if (!named.has(name)) named.set(name, this.#resolve(value));
    }
    return { named, comments: this.#scanner.comments, esm: this.#esm };
  }

  #statement(): void {
    const { kind, text } = this.#token;
    if (kind !== 'name' || !this.#atStatement()) {
      this.#advance();
    } else if (text === 'export') {
      this.#exportStatement();
    } else if (DECLARES.has(text)) {
      this.#advance();
      this.#declarations(false);
    } else if (text === 'exports' || text === 'module') {
      this.#commonJs();
    } else if (text === 'import') {
      this.#advance();
      // `import(…)` is an expression; `import.meta` only exists in a module.
      if (!this.#is('(')) this.#esm = true;
    } else {
      this.#advance();
      // A variable assigned again holds what only running tells.
      if (this.#locals.has(text) && /^(?:[^=<!]?|\?\?|&&|\|\||\*\*|<<)=$/.test(this.#token.text)) {
        this.#locals.set(text, { kind: 'computed', start: this.#token.start });
      }
    }
  }

  /** Whether a statement may begin at this token: outside of all brackets, at the start, after `;` or `}`, or on a new line. */
  #atStatement(): boolean {
    if (this.#token.depth > 0) return false;
    const before = this.#before;
    return before === undefined || this.#token.newline || before.text === ';' || before.text === '}';
  }

  #exportStatement(): void {
    this.#esm = true;
    const { start } = this.#advance();
    const { kind, text } = this.#token;
    if (kind === 'open' && text === '{') this.#exportList();
    else if (text === '*') {
      this.#advance();
      if (this.#token.text === 'as') {
        this.#advance();
        this.#export(this.#token.text, { kind: 'computed', start });
      }
    } else if (text === 'default') {
      this.#advance();
      this.#export('default', this.#value(0));
    } else if (DECLARES.has(text)) {
      this.#advance();
      this.#declarations(true);
    } else if (text !== 'type' && text !== 'interface' && text !== 'declare') {
      // function, async function, function*, class, abstract class, enum
      while (this.#token.kind === 'name' && /^(?:async|function|class|abstract|enum)$/.test(this.#token.text)) {
        this.#advance();
      }
      if (this.#token.text === '*') this.#advance();
      this.#export(this.#token.text, { kind: 'computed', start });
    }
  }

  /** `export { a, b as c } from '…'` */
  #exportList(): void {
    this.#advance();
    const entries: [exported: string, local: Token][] = [];
    while (this.#token.kind !== 'end' && this.#token.kind !== 'close') {
      let local = this.#advance();
      const typeOnly = local.text === 'type' && this.#token.kind === 'name' && this.#token.text !== 'as';
      if (typeOnly) local = this.#advance();
      let exported = local.text;
      if (this.#token.text === 'as') {
        this.#advance();
        exported = this.#advance().text;
      }
      if (!typeOnly) entries.push([exported, local]);
      if (this.#is(',')) this.#advance();
    }
    this.#advance();
    const elsewhere = this.#token.text === 'from' && this.#token.kind === 'name';
    for (const [exported, { text: name, start }] of entries) {
      this.#export(exported, elsewhere ? { kind: 'computed', start } : { kind: 'reference', name, start });
    }
  }

  /** What follows `const`, `let` or `var`. */
  #declarations(exported: boolean): void {
    for (;;) {
      const target = this.#advance();
      if (target.kind === 'open') {
        while (this.#token.kind !== 'end' && this.#token.depth > 0) {
          if (this.#token.kind === 'name') this.#declare(this.#token, exported, undefined);
          this.#advance();
        }
        this.#advance();
      }
      if (this.#is('!')) this.#advance();
      if (this.#is(':')) {
        this.#advance();
        this.#skipType(0);
      }
      if (this.#is('=')) {
        this.#advance();
        const value = this.#value(0);
        if (target.kind === 'name') this.#declare(target, exported, value);
      } else if (target.kind === 'name') this.#declare(target, exported, undefined);
      if (!this.#is(',')) return;
      this.#advance();
    }
  }

  #declare({ text, start }: Token, exported: boolean, value: SourceValue | undefined): void {
    this.#locals.set(text, value ?? { kind: 'computed', start });
    if (exported) this.#export(text, { kind: 'reference', name: text, start });
  }

  /** `exports.a = …`, `module.exports.a = …`, `module.exports = …`, also in a chain; at `exports` or `module`. */
  #commonJs(): void {
    const { start } = this.#token;
    const names: string[] = [];
    while (this.#token.kind === 'name' && (this.#token.text === 'exports' || this.#token.text === 'module')) {
      const wholeModule = this.#advance().text === 'module';
      if (wholeModule && this.#member() !== 'exports') return;
      const name = this.#is('=') ? 'default' : this.#member();
      if (name === undefined || !this.#is('=')) return;
      this.#advance();
      names.push(name);
    }
    const value = this.#value(0);
    for (const name of names) {
      // `module.exports =` replaces what was exported before.
      if (name === 'default') this.#exports.clear();
      this.#export(name, { ...value, start });
    }
  }

  /** The name in `.name` or `['name']` at this token, which is passed. */
  #member(): string | undefined {
    if (this.#is('.')) {
      this.#advance();
      return this.#advance().text;
    }
    if (!(this.#token.kind === 'open' && this.#token.text === '[')) return undefined;
    this.#advance();
    const key = this.#advance();
    return this.#advance().kind === 'close' && key.kind === 'string' ? key.text : undefined;
  }

  /** An initialiser among brackets of `depth`, passed to its end. */
  #value(depth: number): SourceValue {
    const { start } = this.#token;
    let parentheses = 0;
    while (this.#token.kind === 'open' && this.#token.text === '(') {
      this.#advance();
      parentheses++;
    }
    let value: SourceValue | undefined;
    const { kind, text } = this.#token;
    if (kind === 'open' && text === '{') value = this.#object();
    else if (kind === 'name' && !LITERAL_WORDS.has(text) && text !== 'void') {
      this.#advance();
      value = { kind: 'reference', name: text, start };
    } else {
      const literal = this.#literal();
      if (literal !== NOT_LITERAL) value = { kind: 'literal', value: literal, start };
    }
    this.#assertions(depth + parentheses);
    for (; parentheses > 0 && this.#is(')', 'close'); parentheses--) {
      this.#advance();
      this.#assertions(depth + parentheses - 1);
    }
    if (value !== undefined && parentheses === 0 && this.#expressionEnds(depth)) return value;
    this.#skipExpression(depth);
    return { kind: 'computed', start };
  }

  /** A string, number, word or array of these; what is passed when it isn't one is for the caller to skip. */
  #literal(): SourceLiteral | typeof NOT_LITERAL {
    const { kind, text, depth } = this.#token;
    if (kind === 'string') return this.#advance().text;
    if (kind === 'number') return Number(this.#advance().text.replaceAll('_', ''));
    if (kind === 'name' && LITERAL_WORDS.has(text)) {
      this.#advance();
      return LITERAL_WORDS.get(text);
    }
    if (kind === 'name' && text === 'void') {
      this.#advance();
      return this.#token.kind === 'number' && this.#advance() ? undefined : NOT_LITERAL;
    }
    if (kind !== 'open' || text !== '[') return NOT_LITERAL;
    this.#advance();
    const items: SourceLiteral[] = [];
    while (!this.#is(']', 'close')) {
      if (this.#token.kind === 'open') return NOT_LITERAL;
      const item = this.#literal();
      if (item === NOT_LITERAL) return NOT_LITERAL;
      items.push(item);
      this.#assertions(depth + 1);
      if (this.#is(',')) this.#advance();
      else if (!this.#is(']', 'close')) return NOT_LITERAL;
    }
    this.#advance();
    return items;
  }

  /** The fields of an object literal; at its `{`. */
  #object(): SourceValue {
    const { start, depth } = this.#advance();
    const inside = depth + 1;
    const fields = new Map<string, SourceValue>();
    while (this.#token.kind !== 'end' && this.#token.depth > depth) {
      let key = this.#advance();
      if (this.#isKey() && /^(?:async|get|set|\*)$/.test(key.text)) {
        if (this.#is('*')) this.#advance();
        key = this.#advance();
      }
      const isKey = key.kind === 'name' || key.kind === 'string';
      if (isKey && this.#is(':')) {
        this.#advance();
        fields.set(key.text, this.#value(inside));
      } else if (isKey && (this.#is(',') || this.#is('}', 'close'))) {
        fields.set(key.text, { kind: 'reference', name: key.text, start: key.start });
      } else {
        if (isKey) fields.set(key.text, { kind: 'computed', start: key.start });
        this.#skipExpression(inside);
      }
      if (this.#is(',')) this.#advance();
    }
    this.#advance();
    return { kind: 'object', fields, start };
  }

  #isKey(): boolean {
    return this.#token.kind === 'name' || this.#token.kind === 'string' || this.#is('*');
  }

  /** Passes `!`, `as T` and `satisfies T`. */
  #assertions(depth: number): void {
    while (!this.#token.newline || CONTINUES_LINE.has(this.#token.text)) {
      if (this.#is('!')) this.#advance();
      else if (this.#token.kind === 'name' && (this.#token.text === 'as' || this.#token.text === 'satisfies')) {
        this.#advance();
        this.#skipType(depth);
      } else return;
    }
  }

  /** Passes a type among brackets of `depth`, up to `=`, `,`, `;`, another assertion, a closing bracket or the statement's end. */
  #skipType(depth: number): void {
    let angles = 0;
    for (let first = true; this.#token.kind !== 'end'; first = false) {
      const { text, kind, newline } = this.#token;
      if (this.#token.depth < depth) return;
      if (this.#token.depth === depth && angles === 0) {
        if (kind === 'punctuator' && (text === '=' || text === ',' || text === ';')) return;
        if (kind === 'name' && (text === 'as' || text === 'satisfies') && !first) return;
        if (newline && !first && !JOINS_TYPE.has(text) && !JOINS_TYPE.has(this.#before?.text ?? '')) return;
      }
      if (kind === 'punctuator' && text === '<') angles++;
      if (kind === 'punctuator' && text === '>' && angles > 0) angles--;
      this.#advance();
    }
  }

  #expressionEnds(depth: number): boolean {
    const { kind, text, newline } = this.#token;
    if (kind === 'end' || kind === 'close') return true;
    if (kind === 'punctuator') return text === ',' || text === ';' || text === '@';
    if (depth > 0 || !newline) return false;
    return kind === 'name' ? !CONTINUES_LINE.has(text) : kind === 'number' || (kind === 'open' && text === '{');
  }

  /** Passes what isn't understood: to `,` or `;` among brackets of `depth`, to the bracket that closes them, or to a new statement. */
  #skipExpression(depth: number): void {
    for (; this.#token.kind !== 'end'; this.#advance()) {
      const { kind, text, newline } = this.#token;
      if (this.#token.depth < depth) return;
      if (this.#token.depth > depth) continue;
      if (kind === 'punctuator' && (text === ',' || text === ';')) return;
      if (depth === 0 && newline && kind === 'name' && BEGINS_STATEMENT.has(text) && !JOINS_TYPE.has(this.#before?.text ?? '')) {
        return;
      }
    }
  }

  /** What a reference to another variable of the module comes to. */
  #resolve(value: SourceValue): SourceValue {
    const seen = new Set<string>();
    let found = value;
    while (found.kind === 'reference' && !seen.has(found.name)) {
      seen.add(found.name);
      found = this.#locals.get(found.name) ?? { kind: 'computed', start: found.start };
    }
    return found.kind === 'reference' ? { kind: 'computed', start: value.start } : { ...found, start: value.start };
  }

  #export(name: string, value: SourceValue): void {
    this.#exports.set(name, value);
  }

  #is(text: string, kind: Token['kind'] = 'punctuator'): boolean {
    return this.#token.text === text && this.#token.kind === kind;
  }

  /** Passes the token at hand and returns it. */
  #advance(): Token {
    const passed = this.#token;
    this.#before = passed;
    if (passed.kind !== 'end') this.#token = this.#scanner.next();
    return passed;
  }
}

const NOT_LITERAL = Symbol('not literal');

const LITERAL_WORDS: ReadonlyMap<string, SourceLiteral> = new Map<string, SourceLiteral>([
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['false', false],
]);
