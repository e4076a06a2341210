import type { Index } from '../../../schema/table-index.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { toSql, withoutParentheses } from './expression.ts';
import { type ColumnLookup, indexElements } from './index-elements.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Reads a CREATE INDEX: expressions, COLLATE, DESC, WHERE, UNIQUE. `columns`, those of its table, tell columns from expressions, and which collations they have themselves.
 *
 * @throws DatabaseError `UNREADABLE_SCHEMA` for what isn't one.
 */
export function parseCreateIndex(sql: string, columns: ColumnLookup): Index {
  const reader = new TokenReader(sql);
  reader.expect('CREATE');
  const unique = reader.take('UNIQUE');
  reader.expect('INDEX');
  reader.take('IF', 'NOT', 'EXISTS');
  let name = reader.name();
  if (reader.take('.')) name = reader.name();
  reader.expect('ON');
  reader.name();
  const elements = indexElements(reader.group(), columns);
  const where = reader.take('WHERE')
    ? toSql(withoutParentheses(reader.takeWhile((token) => token.text !== ';')))
    : null;
  reader.take(';');
  if (reader.peek !== undefined) reader.fail('the end');
  return deepFreeze({ kind: 'index', name, elements, unique, where, options: {} });
}
