import type { Constraint } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { wordsOf } from '../expressions.ts';
import { cutIdentifier, maxIdentifierLength } from '../identifiers.ts';

/** The name of the sequence that SERIAL makes. */
export function defaultSequenceName(table: string, column: string): string {
  return objectName(table, column, 'seq');
}

/** The name that the server makes up for a constraint without one, where none of `taken` is that. `columns` are all of the table's. */
export function defaultConstraintName(
  constraint: Constraint,
  table: string,
  columns: readonly string[],
  taken: ReadonlySet<string>,
): string {
  return free(taken, (suffix) => {
    switch (constraint.kind) {
      case 'primaryKey':
        return objectName(table, null, `pkey${suffix}`);
      case 'unique':
        return objectName(table, joined(constraint.columns), `key${suffix}`);
      case 'foreignKey':
        return objectName(table, joined(constraint.columns), `fkey${suffix}`);
      case 'check':
        return objectName(table, onlyColumn(constraint.condition.text, columns), `check${suffix}`);
      case 'exclude': {
        const { elements } = constraint.definition as { elements: readonly { expression: unknown }[] };
        const names = elements.map(({ expression }) =>
          typeof expression === 'string' ? expression : 'expr',
        );
        return objectName(table, joined(names), `excl${suffix}`);
      }
    }
  });
}

export function defaultIndexName(index: Index, table: string, taken: ReadonlySet<string>): string {
  const names = index.elements.map((element) => element.column ?? 'expr');
  return free(taken, (suffix) => objectName(table, joined(names), `idx${suffix}`));
}

function free(taken: ReadonlySet<string>, name: (suffix: string) => string): string {
  for (let pass = 0; ; pass++) {
    const candidate = name(pass === 0 ? '' : String(pass));
    if (!taken.has(candidate)) return candidate;
  }
}

/** The server's rule (makeObjectName): `table_columns_label` in 63 bytes, the longer of the first two cut first. */
function objectName(table: string, columns: string | null, label: string): string {
  const parts = [Buffer.from(table), ...(columns === null ? [] : [Buffer.from(columns)])];
  const room = maxIdentifierLength - label.length - parts.length;
  const lengths = parts.map((part) => part.length);
  while (lengths.reduce((sum, length) => sum + length, 0) > room) {
    const [first = 0, second = -1] = lengths;
    lengths[first > second ? 0 : 1]!--;
  }
  return [...parts.map((part, i) => cutAt(part, lengths[i] ?? 0)), label].join('_');
}

function cutAt(bytes: Buffer, length: number): string {
  let end = length;
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

function joined(names: readonly string[]): string {
  return cutIdentifier(names.join('_'));
}

/** A check over one column is named for it. */
function onlyColumn(condition: string, columns: readonly string[]): string | null {
  const words = wordsOf(condition);
  const used = columns.filter((column) => words.has(column));
  return used.length === 1 ? (used[0] ?? null) : null;
}
