import { type Conflict, conflicts } from '../options.ts';
import { toSql, withoutParentheses } from './expression.ts';
import type { ForeignKeyDraft, TableDraft } from './table-draft.ts';
import type { TokenReader } from './token-reader.ts';

// what stands in constraints of columns and of tables alike

/** Reads what follows CHECK. */
export function readCheck(reader: TokenReader, table: TableDraft): void {
  const condition = toSql(withoutParentheses(reader.group()));
  table.constraints.push({ kind: 'check', name: table.takeName(), condition, options: {} });
}

/** Reads what follows REFERENCES. */
export function readForeignKey(reader: TokenReader, table: TableDraft, columns: readonly string[]): void {
  const key: ForeignKeyDraft = {
    kind: 'foreignKey',
    name: table.takeName(),
    columns,
    referredSchema: table.schema,
    referredTable: reader.name(),
    referredColumns: reader.isSymbol('(') ? readColumnNames(reader, table) : [],
    onDelete: null,
    onUpdate: null,
    deferrable: null,
    initially: null,
    match: null,
    useAlter: false,
    options: {},
  };
  for (;;) {
    if (reader.take('ON', 'DELETE')) key.onDelete = readAction(reader);
    else if (reader.take('ON', 'UPDATE')) key.onUpdate = readAction(reader);
    else if (reader.take('ON', 'INSERT'))
      table.unprintable.push(`ON INSERT ${readAction(reader) ?? 'NO ACTION'} of a foreign key`);
    else if (reader.take('MATCH')) key.match = matchName(reader.name());
    else break;
  }
  table.lastForeignKey = key;
  table.constraints.push(key);
}

/** Reads `DEFERRABLE [INITIALLY …]`, which is of the foreign key read last, whoever's that is. */
export function readDeferrable(
  reader: TokenReader,
  table: TableDraft,
  { not }: { readonly not: boolean },
): void {
  reader.expect('DEFERRABLE');
  const deferred = reader.take('INITIALLY', 'DEFERRED');
  if (!deferred) reader.take('INITIALLY', 'IMMEDIATE');
  const key = table.lastForeignKey;
  if (key === null) return;
  key.deferrable = not ? null : true;
  key.initially = deferred && !not ? 'DEFERRED' : null;
}

/** Reads `(a, b)`. What only old databases hold in it, and what means nothing, is noted. */
export function readColumnNames(reader: TokenReader, table: TableDraft): readonly string[] {
  const names: string[] = [];
  reader.expect('(');
  do {
    names.push(reader.name());
    if (reader.take('COLLATE'))
      table.unprintable.push(`COLLATE ${reader.name()} in the columns of a foreign key`);
    if (readOrder(reader) !== null) table.unprintable.push('DESC in the columns of a foreign key');
  } while (reader.take(','));
  reader.expect(')');
  return names;
}

/** ASC, the default, is null. */
export function readOrder(reader: TokenReader): 'DESC' | null {
  if (reader.take('DESC')) return 'DESC';
  reader.take('ASC');
  return null;
}

/** Reads ON CONFLICT if it is there; ABORT, the default, is null. */
export function readConflict(reader: TokenReader): Conflict | null {
  if (!reader.take('ON', 'CONFLICT')) return null;
  const action = reader.keyword();
  if (action === 'ABORT') return null;
  if (conflicts.includes(action as Conflict)) return action as Conflict;
  reader.back();
  return reader.fail('what to do on a conflict');
}

function readAction(reader: TokenReader): string | null {
  switch (reader.keyword()) {
    case 'CASCADE':
      return 'CASCADE';
    case 'RESTRICT':
      return 'RESTRICT';
    case 'NO':
      reader.expect('ACTION');
      return null;
    case 'SET':
      if (reader.take('NULL')) return 'SET NULL';
      reader.expect('DEFAULT');
      return 'SET DEFAULT';
    default:
      reader.back();
      return reader.fail("a foreign key's action");
  }
}

/** SQLite reads MATCH and doesn't heed it; SIMPLE is what it does anyway. */
function matchName(name: string): string | null {
  const upper = name.toUpperCase();
  return upper === 'SIMPLE' ? null : upper;
}
