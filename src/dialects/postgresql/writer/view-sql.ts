import { displayName } from '../../../schema/names.ts';
import type { View } from '../../../schema/view.ts';
import { plainOrQuoted, quoteIdentifier, quoteName } from '../identifiers.ts';
import { viewOptions } from '../options.ts';
import { storageSql } from './index-sql.ts';

/** The whole CREATE VIEW; indexes and comments are statements of their own. */
export function createViewSql(view: View): string {
  const { materialized, columns, query } = view;
  const options = viewOptions(`View '${displayName(view)}'`, materialized, view.options);
  const names = columns === null ? '' : ` (${columns.map(quoteIdentifier).join(', ')})`;
  return [
    `CREATE ${materialized ? 'MATERIALIZED ' : ''}VIEW ${quoteName(view)}${names}`,
    options.using && `USING ${plainOrQuoted(options.using)}`,
    options.with && `WITH (${storageSql(options.with)})`,
    options.tablespace && `TABLESPACE ${quoteIdentifier(options.tablespace)}`,
    // the query may end in a comment
    `AS\n${query.text}\n`,
    options.withData === false && 'WITH NO DATA',
  ]
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' ')
    .trimEnd();
}
