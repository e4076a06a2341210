import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultTemplate } from '../../src/scripts/default-templates.ts';
import { revisionSource } from '../../src/scripts/revision-source.ts';

/**
 * Writes a straight history as we write it ourselves, files of some 600 bytes: every tenth revision makes a table, and each of the nine after it
 * adds a column to that.
 */
export function writeHistory(directory: string, count: number): void {
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < count; i++) {
    const table = `'table_${Math.floor(i / 10)}'`;
    const isTable = i % 10 === 0;
    const source = revisionSource(template, {
      revision: revisionId(i),
      downRevision: i === 0 ? null : revisionId(i - 1),
      branchLabels: null,
      dependsOn: null,
      message: `change number ${i} of the tables`,
      createDate: '2026-11-22 09:30:00.000000',
      imports: { 'alembic-ts': ['column', 'integer'] },
      upgrades: isTable
        ? `op.createTable(${table}, [column('id', integer(), { primaryKey: true, autoincrement: false })]);`
        : `op.addColumn(${table}, column('value_${i % 10}', integer()));`,
      downgrades: isTable ? `op.dropTable(${table});` : `op.dropColumn(${table}, 'value_${i % 10}');`,
    });
    writeFileSync(join(directory, `${revisionId(i)}_change_number_${i}_of_the_tables.ts`), source);
  }
  writeFileSync(join(directory, template.file), template.text);
  // not of this very moment: a directory that is only just being written is looked at more closely
  utimesSync(directory, new Date('2026-01-01'), new Date('2026-01-01'));
}

const template = { file: 'script.ts.template', text: defaultTemplate('ts'), extension: 'ts' } as const;

/** Twelve hexadecimal digits, in no order. */
function revisionId(i: number): string {
  return (((i + 1) * 0x9e3779b97f4a7) % 0x1000000000000).toString(16).padStart(12, '0');
}
