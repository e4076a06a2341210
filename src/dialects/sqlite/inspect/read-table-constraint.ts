import type { IndexElement } from '../../../schema/table-index.ts';
import { isWord } from './expression.ts';
import { indexElements } from './index-elements.ts';
import { readCheck, readColumnNames, readConflict, readDeferrable, readForeignKey } from './read-clauses.ts';
import type { KeyDraft, TableDraft } from './table-draft.ts';
import type { TokenReader } from './token-reader.ts';
import { lowerCase } from './tokens.ts';

/** Reads one constraint of a table, or the name of the next one; SQLite wants no comma between them. */
export function readTableConstraint(reader: TokenReader, table: TableDraft): void {
  switch (reader.keyword()) {
    case 'CONSTRAINT':
      table.giveName(reader.name());
      break;
    case 'PRIMARY':
      reader.expect('KEY');
      table.primaryKey = readKey(reader, table);
      break;
    case 'UNIQUE':
      table.addUnique(readKey(reader, table));
      break;
    case 'CHECK':
      readCheck(reader, table);
      // it is taken, and does nothing
      readConflict(reader);
      break;
    case 'FOREIGN': {
      reader.expect('KEY');
      const columns = readColumnNames(reader, table).map(
        (name) => table.columns.get(lowerCase(name))?.name ?? name,
      );
      reader.expect('REFERENCES');
      readForeignKey(reader, table, columns);
      break;
    }
    case 'NOT':
      readDeferrable(reader, table, { not: true });
      break;
    case 'DEFERRABLE':
      reader.back();
      readDeferrable(reader, table, { not: false });
      break;
    default:
      reader.back();
      reader.fail("a table's constraint");
  }
}

function readKey(reader: TokenReader, table: TableDraft): KeyDraft {
  const name = table.takeName();
  const { sql, tokens } = reader.group();
  // SQLite takes AUTOINCREMENT inside the parentheses
  const counts = isWord(tokens.at(-1), 'AUTOINCREMENT');
  const elements = indexElements({ sql, tokens: counts ? tokens.slice(0, -1) : tokens }, table.columns);
  const column = table.columns.get(lowerCase(elements[0]?.column ?? ''));
  if (counts && column !== undefined) column.autoincrement = true;
  return { name, elements: withoutRepeats(elements, table), onConflict: readConflict(reader), inline: false };
}

/** `UNIQUE (a, a)` is `UNIQUE (a)`; with two collations of one column it is more than a key of ours can say. */
function withoutRepeats(elements: readonly IndexElement[], table: TableDraft): readonly IndexElement[] {
  return elements.filter(({ column, collation }, i) => {
    const first = elements.findIndex((other) => other.column === column);
    if (first !== i && elements[first]?.collation !== collation) {
      table.unprintable.push(`a key with two collations of the column ${JSON.stringify(column)}`);
    }
    return first === i;
  });
}
