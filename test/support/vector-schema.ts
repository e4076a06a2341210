// The shape of schemas in ../shared/vectors (its README documents it), and what the generator adds to it, marked below.

export interface VectorSchema {
  readonly tables: readonly VectorTable[];
  readonly namingConvention?: true;
  readonly preDDL?: Readonly<Record<string, readonly string[]>>;
}

export interface VectorTable {
  readonly name: string;
  readonly schema?: string;
  readonly comment?: string;
  readonly columns: readonly VectorColumn[];
  readonly primaryKey?: VectorPrimaryKey;
  readonly foreignKeys?: readonly VectorForeignKey[];
  readonly uniques?: readonly VectorUnique[];
  readonly checks?: readonly VectorCheck[];
  readonly indexes?: readonly VectorIndex[];
  /** Not in the vectors: SQLite's options of a table; `autoincrement` writes the keyword AUTOINCREMENT. */
  readonly sqlite?: {
    readonly strict?: boolean;
    readonly withoutRowid?: boolean;
    readonly autoincrement?: boolean;
  };
}

export interface VectorColumn {
  readonly name: string;
  readonly type: VectorType;
  /** default: true, false for a primary key */
  readonly nullable?: boolean;
  readonly primaryKey?: boolean;
  readonly autoincrement?: boolean;
  readonly default?: { readonly literal: string } | { readonly expr: string };
  readonly comment?: string;
  readonly computed?: { readonly expr: string; readonly persisted?: boolean };
  readonly identity?: { readonly always: boolean; readonly start?: number; readonly increment?: number };
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly foreignKeys?: readonly {
    readonly target: string;
    readonly name?: string;
    readonly onDelete?: string;
  }[];
  /** Not in the vectors: SQLite's COLLATE. */
  readonly collation?: string;
}

/** A type's name, or an object with the name in `t`. */
export type VectorType = string | VectorTypeObject;

export interface VectorTypeObject {
  readonly t: string;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number | null;
  readonly tz?: boolean;
  readonly values?: readonly string[];
  readonly name?: string;
  readonly native?: boolean;
  readonly createConstraint?: boolean;
  readonly constraintName?: string;
  readonly item?: VectorType;
  readonly fsp?: number;
  readonly unsigned?: boolean;
  readonly width?: number;
}

export interface VectorPrimaryKey {
  readonly columns: readonly string[];
  readonly name?: string | null;
}

export interface VectorForeignKey {
  readonly name?: string | null;
  readonly columns: readonly string[];
  readonly refTable: string;
  readonly refSchema?: string;
  readonly refColumns: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  readonly deferrable?: boolean;
  readonly initially?: string;
  readonly useAlter?: boolean;
}

export interface VectorUnique {
  readonly name?: string | null;
  readonly columns: readonly string[];
  readonly nullsNotDistinct?: boolean;
  readonly deferrable?: boolean;
}

export interface VectorCheck {
  readonly name?: string | null;
  readonly expr: string;
}

export interface VectorIndex {
  readonly name?: string | null;
  readonly columns: readonly VectorIndexColumn[];
  readonly unique?: boolean;
  readonly where?: string;
  readonly using?: string;
  readonly include?: readonly string[];
  readonly ops?: Readonly<Record<string, string>>;
  readonly length?: number | Readonly<Record<string, number>>;
  readonly nullsNotDistinct?: boolean;
}

export type VectorIndexColumn =
  | string
  | { readonly expr: string }
  | { readonly col: string; readonly desc?: boolean };

/** The type's object, for a name alone too. */
export function typeObject(type: VectorType): VectorTypeObject {
  return typeof type === 'string' ? { t: type } : type;
}

/** The columns of the primary key, wherever the table says them. */
export function keyColumns(table: VectorTable): readonly string[] {
  return (
    table.primaryKey?.columns ??
    table.columns.filter((column) => column.primaryKey).map((column) => column.name)
  );
}

/** Whether the column fills itself: an integer that is the whole key, no foreign key, and not told otherwise. */
export function isAutoincrement(table: VectorTable, column: VectorColumn): boolean {
  const key = keyColumns(table);
  const refers =
    (column.foreignKeys?.length ?? 0) > 0 ||
    table.foreignKeys?.some((each) => each.columns.includes(column.name));
  return (
    key.length === 1 &&
    key[0] === column.name &&
    ['integer', 'bigint', 'smallint'].includes(typeObject(column.type).t) &&
    !refers &&
    column.autoincrement !== false &&
    column.identity === undefined
  );
}
