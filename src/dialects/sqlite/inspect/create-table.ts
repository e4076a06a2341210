import type { Table } from '../../../schema/table.ts';
import { isColumnNext, readColumn } from './read-column.ts';
import { readTableConstraint } from './read-table-constraint.ts';
import { TableDraft } from './table-draft.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Reads a CREATE TABLE, as users write it or as SQLite stores it, into the data of a table without indexes: all of https://sqlite.org/lang_createtable.html, by
 * the grammar that SQLite itself uses (it takes more than the documentation shows). options.ts says how what is SQLite's own is held.
 *
 * @throws DatabaseError `UNREADABLE_SCHEMA` for what isn't a CREATE TABLE with columns.
 */
export function parseCreateTable(sql: string, schema: string | null = null): Table {
  const reader = new TokenReader(sql);
  const draft = new TableDraft(readHead(reader), schema);
  reader.expect('(');
  do {
    if (isColumnNext(reader)) readColumn(reader, draft);
    else while (!reader.isEnd()) readTableConstraint(reader, draft);
    draft.dropName();
  } while (reader.take(','));
  reader.expect(')');
  readTableOptions(reader, draft);
  return draft.finish();
}

function readHead(reader: TokenReader): string {
  reader.expect('CREATE');
  if (!reader.take('TEMP')) reader.take('TEMPORARY');
  reader.expect('TABLE');
  reader.take('IF', 'NOT', 'EXISTS');
  const name = reader.name();
  return reader.take('.') ? reader.name() : name;
}

function readTableOptions(reader: TokenReader, draft: TableDraft): void {
  for (let more = reader.peek !== undefined && !reader.isSymbol(';'); more; more = reader.take(',')) {
    if (reader.take('STRICT')) draft.strict = true;
    else if (reader.take('WITHOUT', 'ROWID')) draft.withoutRowid = true;
    else reader.fail('STRICT or WITHOUT ROWID');
  }
  reader.take(';');
  if (reader.peek !== undefined) reader.fail('the end');
}
