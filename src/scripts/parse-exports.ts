import type { Comment, Token } from './scanner.ts';
import { readValue, type SourceValue } from './source-value.ts';
import { TokenReader } from './token-reader.ts';

/**
 * What a module exports, as far as its source says so without running: literals by value, everything else as
 * `computed`. ES modules (`export const`, `export { a as b }`, `export default { … }`) and CommonJS
 * (`exports.a =`, `module.exports = { … }`).
 */
export interface SourceExports {
  readonly named: ReadonlyMap<string, SourceValue>;
  readonly comments: readonly Comment[];
  /** Whether it has `import` or `export` at the top level. */
  readonly esm: boolean;
}

/** Reads the whole of `source`. */
export function parseExports(source: string): SourceExports {
  return new ExportParser(source).parse();
}

const DECLARES: ReadonlySet<string> = new Set(['const', 'let', 'var']);
const ASSIGNS = /^(?:[^=<!]?|\?\?|&&|\|\||\*\*|<<)=$/;

class ExportParser {
  readonly #tokens: TokenReader;
  #esm = false;
  readonly #locals = new Map<string, SourceValue>();
  readonly #exports = new Map<string, SourceValue>();

  constructor(source: string) {
    this.#tokens = new TokenReader(source);
  }

  parse(): SourceExports {
    while (this.#tokens.token.kind !== 'end') this.#statement();
    const named = new Map<string, SourceValue>();
    for (const [name, value] of this.#exports) named.set(name, this.#resolve(value));
    const whole = named.get('default');
    // A default export that is an object stands for the module, beside named exports, which win.
    if (whole?.kind === 'object') {
      for (const [name, value] of whole.fields) if (!named.has(name)) named.set(name, this.#resolve(value));
    }
    return { named, comments: this.#tokens.comments, esm: this.#esm };
  }

  #statement(): void {
    const tokens = this.#tokens;
    const { kind, text } = tokens.token;
    if (kind !== 'name' || !tokens.atStatement()) {
      tokens.advance();
    } else if (text === 'export') {
      this.#exportStatement();
    } else if (DECLARES.has(text)) {
      tokens.advance();
      this.#declarations(false);
    } else if (text === 'exports' || text === 'module') {
      this.#commonJs();
    } else {
      tokens.advance();
      // `import(…)` is an expression; `import.meta` only exists in a module.
      if (text === 'import') this.#esm ||= !tokens.is('(', 'open');
      // A variable assigned again holds what only running tells.
      else if (this.#locals.has(text) && ASSIGNS.test(tokens.token.text)) {
        this.#locals.set(text, { kind: 'computed', start: tokens.token.start });
      }
    }
  }

  #exportStatement(): void {
    const tokens = this.#tokens;
    this.#esm = true;
    const { start } = tokens.advance();
    const { text } = tokens.token;
    if (tokens.is('{', 'open')) this.#exportList();
    else if (text === '*') {
      tokens.advance();
      if (!tokens.is('as', 'name')) return;
      tokens.advance();
      this.#exports.set(tokens.token.text, { kind: 'computed', start });
    } else if (text === 'default') {
      tokens.advance();
      this.#exports.set('default', readValue(tokens, 0));
    } else if (DECLARES.has(text)) {
      tokens.advance();
      this.#declarations(true);
    } else if (text !== 'type' && text !== 'interface' && text !== 'declare') {
      while (/^(?:async|function|\*|class|abstract|enum)$/.test(tokens.token.text)) tokens.advance();
      this.#exports.set(tokens.token.text, { kind: 'computed', start });
    }
  }

  /** `export { a, b as c } from '…'`, at its brace */
  #exportList(): void {
    const tokens = this.#tokens;
    tokens.advance();
    const entries: [exported: string, local: Token][] = [];
    while (tokens.token.kind !== 'end' && tokens.token.kind !== 'close') {
      let local = tokens.advance();
      const typeOnly = local.text === 'type' && tokens.token.kind === 'name' && !tokens.is('as', 'name');
      if (typeOnly) local = tokens.advance();
      let exported = local.text;
      if (tokens.is('as', 'name')) {
        tokens.advance();
        exported = tokens.advance().text;
      }
      if (!typeOnly) entries.push([exported, local]);
      if (tokens.is(',')) tokens.advance();
    }
    tokens.advance();
    const elsewhere = tokens.is('from', 'name');
    for (const [exported, { text: name, start }] of entries) {
      this.#exports.set(
        exported,
        elsewhere ? { kind: 'computed', start } : { kind: 'reference', name, start },
      );
    }
  }

  /** What follows `const`, `let` or `var`. */
  #declarations(exported: boolean): void {
    const tokens = this.#tokens;
    for (;;) {
      const target = tokens.advance();
      if (target.kind === 'open') {
        // Destructuring: each name in the pattern may be one that it declares.
        for (; tokens.token.kind !== 'end' && tokens.token.depth > 0; tokens.advance()) {
          if (tokens.token.kind === 'name') this.#declare(tokens.token, exported, undefined);
        }
        tokens.advance();
      }
      if (tokens.is('!')) tokens.advance();
      if (tokens.is(':')) {
        tokens.advance();
        tokens.skipType(0);
      }
      let value: SourceValue | undefined;
      if (tokens.is('=')) {
        tokens.advance();
        value = readValue(tokens, 0);
      }
      if (target.kind === 'name') this.#declare(target, exported, value);
      if (!tokens.is(',')) return;
      tokens.advance();
    }
  }

  #declare({ text: name, start }: Token, exported: boolean, value: SourceValue | undefined): void {
    this.#locals.set(name, value ?? { kind: 'computed', start });
    if (exported) this.#exports.set(name, { kind: 'reference', name, start });
  }

  /**
   * `exports.a = …`, `module.exports.a = …`, `module.exports = …`, also in a chain; at `exports` or `module`
   */
  #commonJs(): void {
    const tokens = this.#tokens;
    const { start } = tokens.token;
    const names: string[] = [];
    while (tokens.is('exports', 'name') || tokens.is('module', 'name')) {
      const ofModule = tokens.advance().text === 'module';
      if (ofModule && this.#member() !== 'exports') return;
      const name = tokens.is('=') ? 'default' : this.#member();
      if (name === undefined || !tokens.is('=')) return;
      tokens.advance();
      names.push(name);
    }
    const value = readValue(tokens, 0);
    for (const name of names) {
      // `module.exports =` replaces what was exported before.
      if (name === 'default') this.#exports.clear();
      this.#exports.set(name, { ...value, start });
    }
  }

  /** The name in `.name` or `['name']` at this token, which is passed. */
  #member(): string | undefined {
    const tokens = this.#tokens;
    if (tokens.is('.')) {
      tokens.advance();
      return tokens.advance().text;
    }
    if (!tokens.is('[', 'open')) return undefined;
    tokens.advance();
    const key = tokens.advance();
    return tokens.advance().kind === 'close' && key.kind === 'string' ? key.text : undefined;
  }

  /** What a reference to another variable of the module comes to. */
  #resolve(value: SourceValue): SourceValue {
    const seen = new Set<string>();
    let found = value;
    while (found.kind === 'reference' && !seen.has(found.name)) {
      seen.add(found.name);
      found = this.#locals.get(found.name) ?? { kind: 'computed', start: found.start };
    }
    if (found.kind === 'reference') return { kind: 'computed', start: value.start };
    return { ...found, start: value.start };
  }
}
