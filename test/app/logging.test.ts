import { expect, test } from 'vitest';
import { all, type Ran, runProcess } from '../cli/run-cli.ts';
import { project } from '../scripts/project.ts';
import { chain } from './workspace.ts';

const index = new URL('../../src/index.ts', import.meta.url).href;
const logtape = new URL('../../node_modules/@logtape/logtape/', import.meta.url);
const logtapeUrl = new URL('./dist/mod.js', logtape).href;

/** A host's process: LogTape is one for a process, so each case has its own. */
function host(code: string): Promise<Ran> {
  const root = project({
    ...chain('a', ['b', { doc: 'with {braces} and %s', up: "op.execute('create table t_b (n integer)');" }]),
    'host.mjs': `
      import * as logtape from ${JSON.stringify(logtapeUrl)};
      import { Alembic } from ${JSON.stringify(index)};
      const records = [];
      const settings = (lowestLevel = 'trace') => ({
        sinks: { list: (record) => records.push(record) },
        loggers: [{ category: ['alembic'], lowestLevel, sinks: ['list'] }, { category: ['logtape', 'meta'], sinks: [] }],
        reset: true,
      });
      const alembic = new Alembic({ rootPath: import.meta.dirname }, { engines: 'sqlite:app.db', context: { lockTimeout: 100 } });
      const told = () => records.map(({ category, level, message, properties }) => [category.join('.'), level, message.join(''), properties]);
      ${code}
      await alembic.close();`,
  });
  return runProcess(process.execPath, ['--no-warnings', 'host.mjs'], root);
}

test('records of LogTape, or lines on stderr while the host has configured none', async () => {
  const [none, configured, warnings, later, untouched, second] = await all([
    () => host('await alembic.upgrade();'),
    () =>
      host(
        'await logtape.configure(settings()); await alembic.upgrade(); console.log(JSON.stringify(told()));',
      ),
    () =>
      host(
        "await logtape.configure(settings('warning')); await alembic.upgrade(); console.log(JSON.stringify(told()));",
      ),
    () =>
      host(
        "await alembic.upgrade('a'); await logtape.configure(settings('info')); await alembic.upgrade('b'); await logtape.reset(); await alembic.downgrade('base'); console.log(JSON.stringify(told()));",
      ),
    () => host('await alembic.upgrade(); console.log(logtape.getConfig() === null);'),
    () =>
      host(
        "await alembic.upgrade(); const { reset, ...rest } = settings(); await logtape.configure(rest); await alembic.downgrade(); console.log('configured');",
      ),
  ]);
  const lines = [
    'INFO  [alembic] Running upgrade  -> a, the a',
    'INFO  [alembic] Running upgrade a -> b, with {braces} and %s',
  ];
  expect(none).toEqual({ status: 0, stdout: '', stderr: `${lines.join('\n')}\n` });

  expect(configured).toMatchObject({ status: 0, stderr: '' });
  const records = JSON.parse(configured!.stdout) as [string, string, string, object][];
  expect(records.filter(([category]) => category === 'alembic')).toEqual([
    ['alembic', 'info', 'Running upgrade  -> a, the a', { revision: 'a', kind: 'upgrade' }],
    ['alembic', 'info', 'Running upgrade a -> b, with {braces} and %s', { revision: 'b', kind: 'upgrade' }],
  ]);
  const sql = records.filter(([category]) => category === 'alembic.sql');
  expect(sql.map(([, , text]) => text)).toContain('create table t_b (n integer)');
  for (const [, level] of sql) expect(level).toBe('debug');

  expect(warnings).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  expect(later?.stderr.split('\n')).toEqual([
    lines[0],
    'INFO  [alembic] Running downgrade b -> a, with {braces} and %s',
    'INFO  [alembic] Running downgrade a -> , the a',
    '',
  ]);
  expect(JSON.parse(later!.stdout)).toMatchObject([
    ['alembic', 'info', 'Running upgrade a -> b, with {braces} and %s', {}],
  ]);
  expect(untouched?.stdout).toBe('true\n');
  // the host's own configure isn't a second one
  expect(second).toMatchObject({ status: 0, stdout: 'configured\n' });
});

test('waiting for another runner is a warning, a failure of what nobody awaits an error', async () => {
  const lock =
    "const { DatabaseSync } = await import('node:sqlite'); const other = new DatabaseSync('app.db'); other.exec('begin immediate');";
  const [waiting, lost] = await all([
    () => host(`${lock} await alembic.upgrade().catch(({ code }) => console.log(code));`),
    () => host("alembic.op.execute('select * from nowhere'); await alembic.close();"),
  ]);
  expect(waiting).toMatchObject({ status: 0, stdout: 'LOCK_TIMEOUT\n' });
  expect(waiting?.stderr).toMatch(
    /^WARN {2}\[alembic\] Waiting for another migration of sqlite:app\.db to end, for 0\.1 seconds at most\.\n$/,
  );
  expect(lost).toMatchObject({ status: 0, stdout: '' });
  expect(lost?.stderr).toMatch(/^ERROR \[alembic\] .*nowhere/);
});
