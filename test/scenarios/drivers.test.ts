import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createDatabase, describeOn } from '../support/databases.ts';
import { type UserProject, userProject } from '../support/user-project.ts';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A project of somebody who installed these drivers only. */
function projectWith(...drivers: readonly string[]): UserProject {
  const project = userProject();
  rmSync(join(project.directory, 'node_modules/pg'));
  project.put({ 'node_modules/@electric-sql/.keep': '' });
  for (const name of drivers)
    symlinkSync(join(packages, name), join(project.directory, 'node_modules', name), 'junction');
  project.put({
    'alembic.config.mjs': 'export default { engines: process.env.DATABASE_URL };',
    'migrations/r1.mjs': `export const revision = 'r1';
export const downRevision = null;
export function upgrade(op) { op.execute('create table t (a integer)'); }
export function downgrade(op) { op.execute('drop table t'); }
`,
  });
  return project;
}

function run(project: UserProject, url: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = project.alembic(words, { DATABASE_URL: url });
  return status === 0 ? stdout.trim() : stderr;
}

describeOn(['postgresql'], 'installed drivers', (kind) => {
  test('postgresql: takes pg, or else postgres; a driver that is named is the only one', async () => {
    await using database = await createDatabase(kind);
    const named = (driver: string): string => database.url.replace('postgresql:', `postgresql+${driver}:`);
    using neither = projectWith();
    expect(run(neither, database.url, 'current')).toMatch(
      /DRIVER_MISSING.*'pg' or 'postgres', and it isn't installed\. Run: npm install pg/s,
    );
    using one = projectWith('postgres');
    run(one, database.url, 'upgrade');
    expect(await database.query('select * from t')).toEqual([]);
    expect(run(one, database.url, 'current')).toContain('r1');
    expect(run(one, named('postgres'), 'current')).toContain('r1');
    expect(run(one, named('pg'), 'current')).toMatch(/DRIVER_MISSING.*'pg'.*Run: npm install pg/s);
    using both = projectWith('pg');
    expect(run(both, database.url, 'current')).toContain('r1');
    expect(run(both, named('postgresjs'), 'current')).toMatch(
      /DRIVER_MISSING.*'postgres'.*Run: npm install postgres/s,
    );
  });
});

describeOn(['pglite'], 'installed drivers', () => {
  test('a directory of PGlite, from one process to the next', () => {
    using without = projectWith('postgres');
    expect(run(without, 'pglite:data', 'current')).toMatch(
      /DRIVER_MISSING.*Run: npm install @electric-sql\/pglite/s,
    );
    using project = projectWith('@electric-sql/pglite');
    expect(run(project, 'pglite:data', 'current')).toBe('');
    run(project, 'pglite:data', 'upgrade');
    expect(run(project, 'pglite:data', 'current')).toContain('r1');
    run(project, 'pglite:data', 'downgrade', 'base');
    expect(run(project, 'pglite:data', 'current')).toBe('');
  });
});
