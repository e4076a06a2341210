import { lowerAscii, type Token, unquotedName } from './sql-tokens.ts';

/** Other names of PostgreSQL's own types. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['bool', 'boolean'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['dec', 'numeric'],
  ['decimal', 'numeric'],
  ['varbit', 'bit varying'],
  ['varchar', 'character varying'],
  ['bpchar', 'character'],
  ['timestamp', 'timestamp without time zone'],
  ['timestamptz', 'timestamp with time zone'],
  ['time', 'time without time zone'],
  ['timetz', 'time with time zone'],
]);

/**
 * The type of an argument as `format_type` spells it, without the length or precision that functions don't keep; null where the tokens aren't one type, whole.
 * Of types that aren't PostgreSQL's own it says what is written.
 */
export function argumentType(tokens: readonly Token[]): string | null {
  const reader = new Reader(tokens);
  const base = reader.words() ?? reader.named();
  if (base === null) return null;
  const isArray = reader.brackets();
  return reader.isAtEnd ? `${base}${isArray ? '[]' : ''}` : null;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** A type of the standard, which may have several words; null where there is none. */
  words(): string | null {
    if (this.#word('double')) return this.#word('precision') ? 'double precision' : this.#back();
    if (this.#word('national')) {
      if (!this.#word('character', 'char')) return this.#back();
      return this.#characters();
    }
    if (this.#word('character', 'char', 'nchar')) return this.#characters();
    if (this.#word('bit')) {
      const varying = this.#word('varying') ? ' varying' : '';
      this.#parenthesis();
      return `bit${varying}`;
    }
    if (this.#word('float')) {
      const [bits] = this.#parenthesis();
      return bits !== undefined && Number(bits.text) <= 24 ? 'real' : 'double precision';
    }
    if (this.#word('interval')) {
      while (this.#word('year', 'month', 'day', 'hour', 'minute', 'second', 'to'));
      this.#parenthesis();
      return 'interval';
    }
    for (const kind of ['timestamp', 'time']) {
      if (!this.#word(kind)) continue;
      this.#parenthesis();
      const zone = this.#word('with') ? 'with' : this.#word('without') ? 'without' : null;
      if (zone !== null && !(this.#word('time') && this.#word('zone'))) return this.#back();
      return `${kind} ${zone ?? 'without'} time zone`;
    }
    return null;
  }

  /** `name`, `schema.name`, `table.column%TYPE`, each with what stands in parentheses. */
  named(): string | null {
    const parts: Token[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'word' && token?.kind !== 'name') return null;
      parts.push(token);
      this.#at++;
    } while (this.#symbol('.'));
    if (this.#symbol('%')) return this.#word('type') ? `${parts.map(spelled).join('.')}%TYPE` : null;
    this.#parenthesis();
    const [first, ...more] = parts;
    const own =
      more.length === 1 && first !== undefined && unquotedName(first) === 'pg_catalog' ? more : parts;
    const [only] = own;
    if (own.length !== 1 || only === undefined) return own.map(spelled).join('.');
    // in quotes, an alias is a name like any other; `char` of one byte is one of the server's own
    const isAlias = only.kind === 'word' || own !== parts;
    return (isAlias ? aliases.get(unquotedName(only)) : undefined) ?? spelled(only);
  }

  /** However many dimensions there are. */
  brackets(): boolean {
    let isArray = this.#word('array');
    while (this.#symbol('[')) {
      if (this.#tokens[this.#at]?.kind === 'number') this.#at++;
      if (!this.#symbol(']')) return false;
      isArray = true;
    }
    return isArray;
  }

  #characters(): string {
    const varying = this.#word('varying') ? ' varying' : '';
    this.#parenthesis();
    return `character${varying}`;
  }

  #word(...words: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || !words.includes(lowerAscii(token.text))) return false;
    this.#at++;
    return true;
  }

  #symbol(symbol: string): boolean {
    if (this.#tokens[this.#at]?.text !== symbol) return false;
    this.#at++;
    return true;
  }

  /** What stands in parentheses here. */
  #parenthesis(): readonly Token[] {
    if (this.#tokens[this.#at]?.text !== '(') return [];
    const end = this.#tokens.findIndex(({ text }, i) => i > this.#at && text === ')');
    if (end === -1) return [];
    const inner = this.#tokens.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  #back(): null {
    this.#at = 0;
    return null;
  }
}

/** Without quotes that it doesn't need. */
function spelled(token: Token): string {
  const name = unquotedName(token);
  const needsQuotes = !/^[a-z_][a-z0-9_]*$/.test(name) || (token.kind === 'name' && reserved.has(name));
  return needsQuotes ? `"${name.replaceAll('"', '""')}"` : name;
}

/** Words that the server prints in quotes where they are names of types, and that could be ones. */
const reserved: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do
  else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is
  isnull join json lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer
  overlaps overlay placing position precision primary real references returning right row select session_user setof similar smallint some substring symmetric system_user table tablesample
  then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where window with`.split(
    /\s+/,
  ),
);
