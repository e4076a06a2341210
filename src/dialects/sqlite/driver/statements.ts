import { type Token, tokenize } from '../inspect/tokens.ts';

/** One statement of a script. */
export interface ScriptStatement {
  /** as it stands in the script, without the semicolon at its end */
  readonly sql: string;
  /** all of them, or of a long statement those at its beginning, which tell what it is */
  readonly tokens: readonly Token[];
  /** the whole script, which the tokens' places are in */
  readonly script: string;
}

/**
 * The statements of a script, those without a word left out. A trigger's body holds semicolons of its own, up to its `; END`: the rule of SQLite's own
 * `sqlite3_complete`.
 */
export function statementsOf(script: string): readonly ScriptStatement[] {
  // most are one statement, and cutting a long INSERT to pieces takes as long as running it
  if (!script.includes(';')) {
    const tokens = beginning(script);
    return tokens.length === 0 ? [] : [{ sql: script.slice(tokens[0]?.start).trimEnd(), tokens, script }];
  }
  const found: ScriptStatement[] = [];
  let own: Token[] = [];
  const close = (): void => {
    const [first] = own;
    const last = own.at(-1);
    if (first !== undefined && last !== undefined)
      found.push({ sql: script.slice(first.start, last.end), tokens: own, script });
    own = [];
  };
  for (const token of tokenize(script)) {
    if (token.kind !== 'other' || token.text !== ';') own.push(token);
    else if (!isTrigger(own) || isTriggerEnd(own)) close();
    else own.push(token);
  }
  close();
  return found;
}

function beginning(statement: string): readonly Token[] {
  const tokens = tokenize(statement.slice(0, 2000));
  return statement.length > 2000 && tokens.length < 20 ? tokenize(statement) : tokens;
}

/** The keywords with which a statement begins, `EXPLAIN` and `TEMP` left out. */
export function leadingWords(tokens: readonly Token[]): readonly [first: string, second: string] {
  let at = 0;
  while (isWord(tokens[at], 'EXPLAIN', 'QUERY', 'PLAN')) at++;
  const first = wordOf(tokens[at]);
  if (isWord(tokens[at + 1], 'TEMP', 'TEMPORARY')) at++;
  return [first, wordOf(tokens[at + 1])];
}

function isTrigger(tokens: readonly Token[]): boolean {
  const [first, second] = leadingWords(tokens.slice(0, 6));
  return first === 'CREATE' && second === 'TRIGGER';
}

function isTriggerEnd(tokens: readonly Token[]): boolean {
  return isWord(tokens.at(-1), 'END') && tokens.at(-2)?.text === ';';
}

function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text : '';
}

function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return words.includes(wordOf(token));
}
