import type { Table } from '../../schema/table.ts';
import type { Imports } from './imports.ts';
import type { RenderContext } from './render-context.ts';
import type { ObjectLiteral, Source } from './source-tree.ts';

/** Turns data into source, asking the user's hook first, and collects the imports. */
export interface SourceWriter {
  readonly context: RenderContext;
  readonly imports: Imports;
  /**
   * The source of a value: JSON's kinds, bytes, bigints, and what the builders make.
   *
   * @throws ArgumentError `NO_SOURCE` for what no source can say.
   */
  value(value: unknown): Source;
  /** The key of a property: a name, or a string where it can't be one. */
  key(name: string): string;
  /** An object literal without what is undefined. */
  options(options: object): ObjectLiteral;
  /** The call of a builder with data for arguments, and with options where there are any. */
  call(builder: string, args: readonly unknown[], options?: object, module?: string): Source;
  /** What the user's hook gives for an object, else what `usual` gives. */
  item(type: string, object: unknown, usual: () => Source): Source;
  /** The arguments of `table(…)`, which are those of `op.createTable`. */
  tableArguments(table: Table): readonly unknown[];
}
