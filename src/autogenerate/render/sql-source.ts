import type { Sql } from '../../schema/sql.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';
import { countEscapes, stringSource, templateSource } from './string-source.ts';

/** `` sql`lower(email)` ``, or `sql.raw('…')` where that takes fewer escapes, as with MySQL's quotes. */
export function sqlSource({ text }: Sql, writer: SourceWriter): Source {
  const tag = writer.imports.add('alembic-ts', 'sql');
  if (countEscapes(text, 'template') > countEscapes(text, 'string'))
    return `${tag}.raw(${stringSource(text)})`;
  return templateSource(text, tag);
}
