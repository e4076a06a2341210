import { isWord, type Token, tokens } from './sqlite-tokens.ts';

/** What a CREATE TABLE says and no pragma does. */
export interface CreateTable {
  readonly columns: readonly CreateColumn[];
  readonly primaryKey:
    | (Named & Conflict & { readonly columns: readonly KeyColumn[]; readonly autoincrement: boolean })
    | undefined;
  readonly uniques: readonly (Named & Conflict & { readonly columns: readonly KeyColumn[] })[];
  readonly checks: readonly (Named & { readonly expression: readonly Token[] })[];
  /** in the order of the text, those of columns included */
  readonly foreignKeys: readonly (Named & CreateForeignKey)[];
  readonly strict: boolean;
  readonly withoutRowid: boolean;
}

export interface Named {
  readonly name: string | undefined;
}

export interface Conflict {
  /** `ABORT` is the default and says nothing */
  readonly conflict: string | undefined;
}

export interface CreateColumn {
  readonly name: string;
  readonly collation: string | undefined;
  readonly generated: readonly Token[] | undefined;
  readonly notNull: (Named & Conflict) | undefined;
}

export interface KeyColumn {
  readonly name: string;
  readonly collation: string | undefined;
  readonly descending: boolean;
}

export interface CreateForeignKey {
  readonly columns: readonly string[];
  readonly deferrable: 'immediate' | 'deferred' | undefined;
  /** the pragma always says NONE */
  readonly match: string | undefined;
}

export interface CreateIndex {
  /** the tokens of each item between the parentheses */
  readonly items: readonly (readonly Token[])[];
  readonly where: readonly Token[] | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function parseCreateTable(sql: string): CreateTable {
  const reader = new Reader(tokens(sql));
  reader.skipTo('(');
  const table = {
    columns: [] as Writable<CreateColumn>[],
    primaryKey: undefined as CreateTable['primaryKey'],
    uniques: [] as CreateTable['uniques'][number][],
    checks: [] as CreateTable['checks'][number][],
    foreignKeys: [] as Writable<CreateTable['foreignKeys'][number]>[],
  };
  do {
    if (isWord(reader.peek, 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')) constraints(undefined);
    else {
      const column = { name: reader.name(), collation: undefined, generated: undefined, notNull: undefined };
      table.columns.push(column);
      reader.skipType();
      constraints(column);
    }
  } while (reader.take(','));
  reader.expect(')');
  const options = reader.rest().map((token) => token.text.toUpperCase());
  return { ...table, strict: options.includes('STRICT'), withoutRowid: options.includes('ROWID') };

  /** The constraints of a column, or those of the table that stand before the next comma. */
  function constraints(column: Writable<CreateColumn> | undefined): void {
    let name: string | undefined;
    while (reader.peek !== undefined && reader.peek.text !== ',' && reader.peek.text !== ')') {
      if (reader.takeWord('CONSTRAINT')) {
        name = reader.name();
        continue;
      }
      constraint(column, name);
      name = undefined;
    }
  }

  function constraint(column: Writable<CreateColumn> | undefined, name: string | undefined): void {
    const own = (): readonly KeyColumn[] =>
      column === undefined
        ? reader.keyColumns()
        : [{ name: column.name, collation: undefined, descending: reader.direction() }];
    if (reader.takeWord('PRIMARY')) {
      reader.expectWord('KEY');
      const columns = own();
      const inside = columns.length > 0 && reader.autoincrement;
      const conflict = reader.conflict();
      table.primaryKey = {
        name,
        columns,
        conflict,
        autoincrement: inside || reader.takeWord('AUTOINCREMENT'),
      };
    } else if (reader.takeWord('UNIQUE')) {
      const columns = own();
      table.uniques.push({ name, columns, conflict: reader.conflict() });
    } else if (reader.takeWord('CHECK')) {
      table.checks.push({ name, expression: reader.group() });
      reader.conflict();
    } else if (reader.takeWord('FOREIGN')) {
      reader.expectWord('KEY');
      const columns = reader.keyColumns().map((item) => item.name);
      reader.expectWord('REFERENCES');
      table.foreignKeys.push({ name, columns, deferrable: undefined, match: reader.reference() });
    } else if (reader.takeWord('REFERENCES')) {
      const match = reader.reference();
      table.foreignKeys.push({ name, columns: [column?.name ?? ''], deferrable: undefined, match });
    } else if (
      isWord(reader.peek, 'DEFERRABLE') ||
      (isWord(reader.peek, 'NOT') && isWord(reader.second, 'DEFERRABLE'))
    ) {
      const not = reader.takeWord('NOT');
      reader.expectWord('DEFERRABLE');
      const deferred = reader.takeWord('INITIALLY') && reader.next().text.toUpperCase() === 'DEFERRED';
      const last = table.foreignKeys.at(-1);
      if (last !== undefined && !not) last.deferrable = deferred ? 'deferred' : 'immediate';
    } else if (column === undefined) {
      throw new Error(`Not understood in a table's constraints: ${reader.peek?.text} in ${sql}`);
    } else if (reader.takeWord('NOT')) {
      reader.expectWord('NULL');
      column.notNull = { name, conflict: reader.conflict() };
    } else if (reader.takeWord('NULL')) {
      reader.conflict();
    } else if (reader.takeWord('COLLATE')) {
      column.collation = reader.name();
    } else if (reader.takeWord('DEFAULT')) {
      reader.skipDefault();
    } else if (reader.takeWord('GENERATED', 'AS')) {
      if (reader.takeWord('ALWAYS')) reader.expectWord('AS');
      column.generated = reader.group();
      reader.takeWord('STORED', 'VIRTUAL');
    } else {
      throw new Error(`Not understood in a column's constraints: ${reader.peek?.text} in ${sql}`);
    }
  }
}

export function parseCreateIndex(sql: string): CreateIndex {
  const reader = new Reader(tokens(sql));
  reader.skipTo('(');
  const items: Token[][] = [[]];
  for (let depth = 0; ; ) {
    const token = reader.next();
    if (depth === 0 && token.text === ')' && token.kind === 'operator') break;
    if (depth === 0 && token.text === ',' && token.kind === 'operator') {
      items.push([]);
      continue;
    }
    if (token.kind === 'operator') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    items.at(-1)?.push(token);
  }
  return { items, where: reader.takeWord('WHERE') ? reader.rest() : undefined };
}

/** A place in a list of tokens. */
class Reader {
  /** whether the last `keyColumns` ended in AUTOINCREMENT: SQLite takes it inside the parentheses */
  autoincrement = false;
  #list: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#list = list;
  }

  get peek(): Token | undefined {
    return this.#list[this.#at];
  }

  get second(): Token | undefined {
    return this.#list[this.#at + 1];
  }

  next(): Token {
    const token = this.#list[this.#at++];
    if (token === undefined)
      throw new Error(`The statement ends early: ${this.#list.map((t) => t.text).join(' ')}`);
    return token;
  }

  rest(): readonly Token[] {
    return this.#list.slice(this.#at);
  }

  name(): string {
    return this.next().value;
  }

  take(operator: string): boolean {
    if (this.peek?.kind !== 'operator' || this.peek.text !== operator) return false;
    this.#at++;
    return true;
  }

  takeWord(...words: readonly string[]): boolean {
    if (!isWord(this.peek, ...words)) return false;
    this.#at++;
    return true;
  }

  expect(operator: string): void {
    if (!this.take(operator)) throw new Error(`Expected ${operator}, found ${this.peek?.text}`);
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw new Error(`Expected ${word}, found ${this.peek?.text}`);
  }

  /** Goes behind the next operator of that text. */
  skipTo(operator: string): void {
    while (!this.take(operator)) this.next();
  }

  skipType(): void {
    while (this.peek !== undefined && this.peek.text !== ',' && this.peek.text !== ')') {
      if (isWord(this.peek, ...columnConstraintWords)) return;
      if (this.peek.text === '(') this.group();
      else this.next();
    }
  }

  skipDefault(): void {
    if (this.peek?.text === '(') this.group();
    else if (this.next().text.match(/^[+-]$/)) this.next();
  }

  /** The tokens between a pair of parentheses. */
  group(): readonly Token[] {
    this.expect('(');
    const start = this.#at;
    for (let depth = 1; depth > 0; ) {
      const token = this.next();
      if (token.kind === 'operator') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    }
    return this.#list.slice(start, this.#at - 1);
  }

  /** `(name [COLLATE name] [ASC | DESC], …)` */
  keyColumns(): readonly KeyColumn[] {
    this.expect('(');
    this.autoincrement = false;
    const columns: KeyColumn[] = [];
    do {
      const name = this.name();
      const collation = this.takeWord('COLLATE') ? this.name() : undefined;
      columns.push({ name, collation, descending: this.direction() });
      this.autoincrement = this.takeWord('AUTOINCREMENT');
    } while (this.take(','));
    this.expect(')');
    return columns;
  }

  direction(): boolean {
    this.autoincrement = false;
    if (this.takeWord('ASC')) return false;
    return this.takeWord('DESC');
  }

  conflict(): string | undefined {
    if (!isWord(this.peek, 'ON') || !isWord(this.second, 'CONFLICT')) return undefined;
    this.#at += 2;
    const action = this.next().text.toUpperCase();
    return action === 'ABORT' ? undefined : action;
  }

  /** The part of a reference that a pragma tells; returns what it doesn't: MATCH, where it isn't the default. */
  reference(): string | undefined {
    let match: string | undefined;
    this.name();
    if (this.peek?.text === '(') this.group();
    for (;;) {
      if (isWord(this.peek, 'ON')) {
        this.#at += 2;
        this.takeWord('SET', 'NO');
        this.next();
      } else if (this.takeWord('MATCH')) match = this.name().toUpperCase();
      else return match === 'SIMPLE' ? undefined : match;
    }
  }
}

const columnConstraintWords = [
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'GENERATED',
  'AS',
  'DEFERRABLE',
];
