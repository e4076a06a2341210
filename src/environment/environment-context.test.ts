import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { quietLogs } from '../../test/support/history.ts';
import { planUpgrade } from '../revisions/index.ts';
import { ScriptDirectory } from '../scripts/script-directory.ts';
import { Config } from './config.ts';
import { EnvironmentContext } from './environment-context.ts';

beforeAll(quietLogs);

describe('EnvironmentContext', () => {
  let root: string;
  const open: EnvironmentContext[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'alembic-environment-'));
    mkdirSync(join(root, 'migrations'));
  });
  afterEach(async () => {
    for (const environment of open.splice(0))
      for (const context of environment.contexts.values()) await context.close();
    rmSync(root, { recursive: true });
  });

  function file(revision: string, downRevision: string | null, body: string): string {
    const path = join(root, 'migrations', `${revision}.ts`);
    writeFileSync(
      path,
      `export const revision = '${revision}';\nexport const downRevision = ${downRevision === null ? null : `'${downRevision}'`};\n` +
        `export const branchLabels = null;\nexport const dependsOn = null;\n${body}\nexport function downgrade(): void {}\n`,
    );
    return path;
  }

  function environment(
    asked: Partial<ConstructorParameters<typeof EnvironmentContext>[2]> = {},
  ): EnvironmentContext {
    const config = new Config({ rootPath: root, x: ['tenant=a'] });
    const scripts = new ScriptDirectory(config.scriptConfig());
    const made = new EnvironmentContext(config, scripts, {
      fn: (heads) => planUpgrade(scripts.revisionMap, heads, 'heads'),
      ...asked,
    });
    open.push(made);
    return made;
  }

  test('joins scripts and a database: runs the files', async () => {
    file(
      'a1',
      null,
      `export function upgrade(op: any, args: any): void { op.execute('CREATE TABLE ' + args.name + ' (x INTEGER)'); }`,
    );
    const env = environment();
    const context = env.configure({ connection: 'sqlite::memory:' });
    const report = await env.runMigrations({ name: 'made' });
    expect(report.get('default')).toMatchObject({ heads: ['a1'] });
    expect(await env.getBind().query('SELECT * FROM made')).toEqual([]);
    expect(env.getContext()).toBe(context);
    expect(await context.getCurrentHeads()).toEqual(['a1']);
  });

  test('a failure names the file and the line, though the loader puts more behind its URL', async () => {
    const path = file(
      'a1',
      null,
      `export async function upgrade(op: any): Promise<void> {\n  await op.execute('SELECT 1');\n  op.execute('SELECT wrong');\n}`,
    );
    const env = environment();
    env.configure({ connection: 'sqlite::memory:' });
    await expect(env.runMigrations()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { revision: 'a1', file: path, line: 7, sql: 'SELECT wrong' },
    });
  });

  test('a file that is broken is found before anything has run', async () => {
    file('a1', null, `export function upgrade(op: any): void { op.execute('CREATE TABLE t (x INTEGER)'); }`);
    file('a2', 'a1', `throw new Error('not today');\nexport function upgrade(): void {}`);
    const env = environment();
    const context = env.configure({ connection: 'sqlite::memory:' });
    await expect(env.runMigrations()).rejects.toMatchObject({ code: 'SCRIPT_THREW' });
    expect(await context.bind.query("SELECT name FROM sqlite_master WHERE type = 'table'")).toEqual([]);
  });

  test("Alembic's questions", async () => {
    file('a1', null, 'export function upgrade(): void {}');
    file('a2', 'a1', 'export function upgrade(): void {}');
    const env = environment({ tag: 'v1', destinationRev: 'head' });
    expect(() => env.getContext()).toThrow(expect.objectContaining({ code: 'NOT_CONFIGURED' }));
    const context = env.configure({ connection: 'sqlite::memory:', transactionPerMigration: true });
    expect(env.getHeadRevision()).toBe('a2');
    expect(env.getHeadRevisions()).toEqual(['a2']);
    expect(env.getRevisionArgument()).toBe('a2');
    expect(env.getTagArgument()).toBe('v1');
    expect(context.tag).toBe('v1');
    expect(env.getXArgument()).toEqual(['tenant=a']);
    expect(env.getXArgument({ asDictionary: true }).get('tenant')).toBe('a');
    expect([env.isOfflineMode(), env.requiresConnection(), env.isTransactionalDdl()]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await env.getStartingRevisionArgument()).toBeNull();
    await env.runMigrations();
    expect(await env.getStartingRevisionArgument()).toBe('a2');
  });

  test('options are checked, and a database has to be named', () => {
    const env = environment();
    expect(() => env.configure({ connection: 'sqlite:', compareTypes: true } as object)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_OPTION' }),
    );
    expect(() => env.configure({})).toThrow(expect.objectContaining({ code: 'NOT_CONFIGURED' }));
  });
});
