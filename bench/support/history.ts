import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultTemplate } from '../../src/scripts/default-templates.ts';

/**
 * Writes a straight history as our own template does, files of some 600 bytes: every tenth revision makes a table, and
 * each of the nine after it adds a column to that.
 *
 * @returns the id of its head
 */
export function writeHistory(directory: string, count: number): string {
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < count; i++) {
    const table = `'table_${Math.floor(i / 10)}'`;
    const values: { readonly [name: string]: string } = {
      message: `change number ${i} of the tables`,
      createDate: '2026-11-22 09:30:00.000000',
      revision: `'${revisionId(i)}'`,
      downRevision: i === 0 ? 'null' : `'${revisionId(i - 1)}'`,
      branchLabels: 'null',
      dependsOn: 'null',
      imports: "import { column, integer, type Operations } from 'alembic-ts';",
      ...(i % 10 === 0
        ? {
            upgrades: `op.createTable(${table}, [column('id', integer(), { primaryKey: true })]);`,
            downgrades: `op.dropTable(${table});`,
          }
        : {
            upgrades: `op.addColumn(${table}, column('value_${i % 10}', integer()));`,
            downgrades: `op.dropColumn(${table}, 'value_${i % 10}');`,
          }),
    };
    const text = defaultTemplate('ts').replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    writeFileSync(join(directory, `${revisionId(i)}_change_number_${i}_of_the_tables.ts`), text);
  }
  // not of this very moment: a directory that is only just being written is looked at more closely
  utimesSync(directory, new Date('2026-01-01'), new Date('2026-01-01'));
  return revisionId(count - 1);
}

/** Twelve hexadecimal digits, in no order. */
function revisionId(i: number): string {
  return (((i + 1) * 0x9e3779b97f4a7) % 0x1000000000000).toString(16).padStart(12, '0');
}
