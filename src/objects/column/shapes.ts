import type { TableOperation } from '../../operations/operation.ts';
import type { Column } from '../../schema/column.ts';
import type { Computed } from '../../schema/computed.ts';
import type { ServerDefault } from '../../schema/default.ts';
import type { DialectOptions } from '../../schema/dialect-options.ts';
import type { Identity } from '../../schema/identity.ts';
import type { Constraint } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';

export interface AddColumn extends TableOperation {
  readonly kind: 'addColumn';
  readonly column: Column;
  /** what the column's shorthand (`unique`, `references`, `primaryKey`) means for the table */
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly ifNotExists: boolean;
  /** where a batch puts it: before or after this column; at the end by default */
  readonly insertBefore: string | null;
  readonly insertAfter: string | null;
}

export interface DropColumn extends TableOperation {
  readonly kind: 'dropColumn';
  readonly column: string;
  readonly ifExists: boolean;
  /** the column as it was and what goes with it, so that the drop can be reversed; its data can't come back */
  readonly was: {
    readonly column: Column;
    readonly constraints: readonly Constraint[];
    readonly indexes: readonly Index[];
  } | null;
}

/** Facts of a column that can be altered; what is absent isn't said. */
export interface ColumnFacts {
  readonly type?: ColumnType;
  readonly nullable?: boolean;
  readonly serverDefault?: ServerDefault | null;
  readonly comment?: string | null;
  readonly autoincrement?: boolean | 'auto';
  readonly computed?: Computed | null;
  readonly identity?: Identity | null;
  /** what only one database understands of the column, all of it: `{ sqlite: { collation: 'NOCASE' } }` */
  readonly options?: DialectOptions;
}

export interface ColumnChanges extends ColumnFacts {
  /** the new name */
  readonly name?: string;
}

export interface AlterColumn extends TableOperation {
  readonly kind: 'alterColumn';
  /** the name before */
  readonly column: string;
  readonly changes: ColumnChanges;
  /** what was there: for the reverse, and for databases that restate a whole column */
  readonly existing: ColumnFacts;
  readonly options: DialectOptions;
}
