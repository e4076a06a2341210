import type { Dialect } from '../../dialect/dialect.ts';
import type { Definitions } from '../../operations/definitions.ts';
import type { NamingConvention } from '../../schema/naming.ts';
import type { Imports } from './imports.ts';

/** What rendering must know of a dialect: how the builders of its types are called, and where they come from. */
export type TypeSource = Pick<Dialect, 'name' | 'module' | 'types'>;

/** What generated source depends on, beside the operations. */
export interface RenderContext {
  readonly definitions: Definitions;
  /** the database that the revision is generated for */
  readonly dialect: TypeSource;
  /** the others, whose types `withVariant` may name */
  readonly otherDialects?: readonly TypeSource[];
  /** Alembic's `render_as_batch`: what changes a table that is there goes through `op.batchAlterTable` (default false) */
  readonly renderAsBatch?: boolean;
  /** Alembic's `render_item` */
  readonly renderItem?: RenderItem | null;
  /**
   * the convention that applies when the revision runs: names that it would change again are written `op.f('…')`, since the names in the
   * operations are final
   */
  readonly namingConvention?: NamingConvention | null;
}

/**
 * A rendering of one's own: the source of `object`, or false for the usual one. `type` is the kind of the object: `'column'`, `'type'`, `'primaryKey'`,
 * `'foreignKey'`, `'unique'`, `'check'`, `'exclude'`, `'index'`, `'table'`, `'sql'`, `'computed'`, `'identity'`, `'name'` (a final one), or `'serverDefault'` for what stands behind that word.
 */
export type RenderItem = (type: string, object: unknown, context: RenderItemContext) => string | false;

export interface RenderItemContext {
  /** add here what the source needs: `imports.add('./types.ts', 'money')` returns the name to write */
  readonly imports: Imports;
  /** name of the dialect that the revision is generated for */
  readonly dialect: string;
  /** the usual source of a value, on one line: for the parts that need nothing of their own */
  source(value: unknown): string;
}
