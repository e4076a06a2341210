import type { Column } from '../../../schema/column.ts';
import type { Computed } from '../../../schema/computed.ts';
import type { ServerDefault } from '../../../schema/default.ts';
import type { DialectOptions } from '../../../schema/dialect-options.ts';
import type { ForeignKey } from '../../../schema/foreign-key.ts';
import type { PrimaryKey } from '../../../schema/primary-key.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import type { IndexElement } from '../../../schema/table-index.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { type ClauseNames, type Conflict, sqliteOptions } from '../options.ts';
import { isRowNumber, reflectType } from '../reflect-type.ts';

export interface ColumnDraft {
  readonly name: string;
  readonly declaredType: string;
  notNull: boolean;
  default: ServerDefault | null;
  computed: Computed | null;
  autoincrement: boolean;
  collation: string | null;
  onConflictNotNull: Conflict | null;
  readonly constraintNames: { -readonly [Clause in keyof ClauseNames]: ClauseNames[Clause] };
}

export interface KeyDraft {
  readonly name: string | null;
  readonly elements: readonly IndexElement[];
  readonly onConflict: Conflict | null;
  /** whether it stands on its column */
  readonly inline: boolean;
}

export type ForeignKeyDraft = { -readonly [Key in keyof ForeignKey]: ForeignKey[Key] };

/** A table while its CREATE TABLE is read: what some of it means is only known at the end. */
export class TableDraft {
  strict = false;
  withoutRowid = false;
  primaryKey: KeyDraft | null = null;
  /** the last one read: DEFERRABLE is of it, wherever it stands */
  lastForeignKey: ForeignKeyDraft | null = null;
  readonly name: string;
  readonly schema: string | null;
  /** by their names in lower case */
  readonly columns: Map<string, ColumnDraft> = new Map();
  readonly constraints: Constraint[] = [];
  readonly unprintable: string[] = [];
  #givenName: string | null = null;

  constructor(name: string, schema: string | null) {
    this.name = name;
    this.schema = schema;
  }

  /** What CONSTRAINT gives to the clause that comes next. */
  giveName(name: string): void {
    this.dropName();
    this.#givenName = name;
  }

  takeName(): string | null {
    const name = this.#givenName;
    this.#givenName = null;
    return name;
  }

  /** A name with nothing behind it does nothing, but it is there. */
  dropName(): void {
    const name = this.takeName();
    if (name !== null) this.unprintable.push(`CONSTRAINT ${JSON.stringify(name)}, which names nothing`);
  }

  addUnique(key: KeyDraft): void {
    this.constraints.push({ kind: 'unique', ...keyData(key, keyOptions(key)) });
  }

  finish(): Table {
    const { name, schema, strict, withoutRowid, unprintable } = this;
    const columns = [...this.columns.values()].map(columnData);
    const key = this.primaryKey && this.#finishKey(this.primaryKey, columns);
    const isNeverNull = strict || withoutRowid || (key !== null && isRowNumber(key, columns, this));
    const notNull = (column: Column): Column =>
      key?.columns.includes(column.name) ? { ...column, nullable: false } : column;
    return deepFreeze({
      kind: 'table',
      name,
      schema,
      columns: isNeverNull ? columns.map(notNull) : columns,
      constraints: key === null ? this.constraints : [key, ...this.constraints],
      indexes: [],
      comment: null,
      options: sqliteOptions({ strict, withoutRowid, unprintable }),
    });
  }

  /** Without what means nothing: of a key that is the row's number, its order and its collation. */
  #finishKey(draft: KeyDraft, columns: readonly Column[]): PrimaryKey {
    const key: PrimaryKey = { kind: 'primaryKey', ...keyData(draft, keyOptions(draft)) };
    if (!isRowNumber(key, columns, this)) return key;
    const isQuirk = draft.inline && draft.elements[0]?.order === 'DESC';
    return {
      ...key,
      options: isQuirk ? keyOptions(draft, true) : sqliteOptions({ onConflict: draft.onConflict }),
    };
  }
}

/** An element of a key that stands on its column. */
export function keyElement(column: string, order: 'DESC' | null): IndexElement {
  return { column, expression: null, order, nulls: null, collation: null, operatorClass: null, length: null };
}

function columnData(draft: ColumnDraft): Column {
  const { autoincrement, collation, onConflictNotNull, constraintNames } = draft;
  return {
    kind: 'column',
    name: draft.name,
    type: reflectType(draft.declaredType),
    nullable: !draft.notNull,
    autoincrement: 'auto',
    serverDefault: draft.default,
    computed: draft.computed,
    identity: null,
    comment: null,
    options: sqliteOptions({ autoincrement, collation, onConflictNotNull, constraintNames }),
  };
}

function keyData({ name, elements }: KeyDraft, options: DialectOptions): Omit<PrimaryKey, 'kind'> {
  return {
    name,
    columns: elements.map((element) => element.column ?? ''),
    deferrable: null,
    initially: null,
    options,
  };
}

function keyOptions({ elements, onConflict }: KeyDraft, notRowid = false): DialectOptions {
  const collated = elements.flatMap(({ column, collation }) =>
    collation === null ? [] : [[column ?? '', collation] as const],
  );
  return sqliteOptions({
    onConflict,
    descending: elements.filter((element) => element.order === 'DESC').map((element) => element.column ?? ''),
    collations: Object.fromEntries(collated),
    notRowid,
  });
}
