import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createDatabase, databaseKinds, describeOn } from '../support/databases.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./upgrade-process.ts', import.meta.url));

describeOn(databaseKinds, 'eight processes upgrade one database at once', (kind) => {
  test.each(['together', 'per-migration'])(
    'each revision runs once, and every process succeeds: %s',
    async (mode) => {
      await using database = await createDatabase(kind);
      const processes = Array.from({ length: 8 }, () =>
        run(process.execPath, ['--no-warnings', script, database.url, mode]),
      );
      const printed = (await Promise.all(processes)).map(({ stdout }) => JSON.parse(stdout) as string[]);
      expect(await database.query('SELECT version_num FROM alembic_version')).toEqual([
        { version_num: 's4' },
      ]);
      if (mode === 'together') expect(printed.flat()).toEqual(['s1', 's2', 's3', 's4']);
      for (const table of ['s1', 's2', 's3', 's4'])
        expect(await database.query(`SELECT * FROM ${table}`)).toEqual([]);
    },
  );
});
