import { type ClauseNames, collationName } from '../options.ts';
import { readDeclaredType } from './declared-type.ts';
import { readDefault } from './default.ts';
import { toSql, withoutParentheses } from './expression.ts';
import { readCheck, readConflict, readDeferrable, readForeignKey, readOrder } from './read-clauses.ts';
import { type ColumnDraft, keyElement, type TableDraft } from './table-draft.ts';
import type { TokenReader } from './token-reader.ts';
import { lowerCase } from './tokens.ts';

/** Whether a column comes next, rather than a constraint of the table: those begin with words that can't be names without quotes. */
export function isColumnNext(reader: TokenReader): boolean {
  return !reader.isWord('CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN');
}

/** Reads `name type constraint constraint …`. */
export function readColumn(reader: TokenReader, table: TableDraft): void {
  const column: ColumnDraft = {
    name: reader.name(),
    declaredType: readDeclaredType(reader),
    notNull: false,
    default: null,
    computed: null,
    autoincrement: false,
    collation: null,
    onConflictNotNull: null,
    constraintNames: {},
  };
  table.columns.set(lowerCase(column.name), column);
  while (!reader.isEnd()) readConstraint(reader, table, column);
}

function readConstraint(reader: TokenReader, table: TableDraft, column: ColumnDraft): void {
  switch (reader.keyword()) {
    case 'CONSTRAINT':
      table.giveName(reader.name());
      break;
    case 'DEFAULT':
      nameClause(table, column, 'default');
      column.default = readDefault(reader);
      break;
    case 'NULL':
      // it is taken, and does nothing
      readConflict(reader);
      table.dropName();
      break;
    case 'NOT':
      if (reader.isWord('DEFERRABLE')) {
        readDeferrable(reader, table, { not: true });
      } else {
        reader.expect('NULL');
        nameClause(table, column, 'notNull');
        column.notNull = true;
        column.onConflictNotNull = readConflict(reader);
      }
      break;
    case 'PRIMARY': {
      reader.expect('KEY');
      const elements = [keyElement(column.name, readOrder(reader))];
      table.primaryKey = { name: table.takeName(), elements, onConflict: readConflict(reader), inline: true };
      column.autoincrement = reader.take('AUTOINCREMENT');
      break;
    }
    case 'UNIQUE': {
      const elements = [keyElement(column.name, null)];
      table.addUnique({
        name: table.takeName(),
        elements,
        onConflict: readConflict(reader),
        inline: true,
      });
      break;
    }
    case 'CHECK':
      readCheck(reader, table);
      break;
    case 'REFERENCES':
      readForeignKey(reader, table, [column.name]);
      break;
    case 'DEFERRABLE':
      reader.back();
      readDeferrable(reader, table, { not: false });
      break;
    case 'COLLATE':
      nameClause(table, column, 'collate');
      column.collation = collationName(reader.name());
      break;
    case 'GENERATED':
      reader.expect('ALWAYS', 'AS');
      readGenerated(reader, table, column);
      break;
    case 'AS':
      readGenerated(reader, table, column);
      break;
    default:
      reader.back();
      reader.fail("a column's constraint");
  }
}

function readGenerated(reader: TokenReader, table: TableDraft, column: ColumnDraft): void {
  nameClause(table, column, 'generated');
  const expression = toSql(withoutParentheses(reader.group()));
  const persisted = reader.take('STORED');
  if (!persisted) reader.take('VIRTUAL');
  column.computed = { expression, persisted };
}

/** The last clause of its kind is the one that counts. */
function nameClause(table: TableDraft, column: ColumnDraft, clause: keyof ClauseNames): void {
  const name = table.takeName();
  if (name === null) delete column.constraintNames[clause];
  else column.constraintNames[clause] = name;
}
