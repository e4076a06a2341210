import { type SqlFunction, signatureOf } from '../../schema/sql-function.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** ``sqlFunction('add_tax(price numeric)', sql`…`)`` */
export function functionSource(made: SqlFunction, writer: SourceWriter): Source {
  const { name, arguments: args, definition, schema, comment, procedure, checkBody } = made;
  return writer.call('sqlFunction', [signatureOf(name, args), definition], {
    ...(schema !== null && { schema }),
    ...(comment !== null && { comment }),
    ...(procedure && { procedure }),
    ...(!checkBody && { checkBody }),
  });
}
