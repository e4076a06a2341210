import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MetaData } from '../schema/index.ts';
import { Config, type ConfigOptions } from './config.ts';
import { type ContextOptions, contextOptions } from './context-options.ts';

describe('Config', () => {
  test('every option of alembic.ini under its camelCase name', () => {
    const options: ConfigOptions = {
      scriptLocation: 'db/migrations',
      versionLocations: ['more', ['billing', 'billing/migrations']],
      fileTemplate: '%(rev)s',
      truncateSlugLength: 20,
      timezone: 'UTC',
      recursiveVersionLocations: true,
      revisionEnvironment: true,
      postWriteHooks: [() => {}],
      databases: ['a', 'b'],
      outputEncoding: 'utf-8',
      prependSysPath: '.',
      pathSeparator: 'os',
      versionPathSeparator: ':',
      sourceless: false,
    };
    const config = new Config({ options, rootPath: 'app' });
    expect(config.rootPath).toBe(resolve('app'));
    expect(config.scriptConfig()).toMatchObject({
      rootPath: resolve('app'),
      scriptLocation: 'db/migrations',
      databases: ['a', 'b'],
    });
    expect(config.getMainOption('truncate_slug_length')).toBe(20);
    expect(config.getMainOption('timezone')).toBe('UTC');
    expect(new Config().getMainOption('timezone', 'local')).toBe('local');
  });

  test('an unknown key names the nearest known one', () => {
    expect(() => new Config({ options: { scriptlocation: 'x' } as ConfigOptions })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OPTION',
        message: expect.stringContaining("'scriptLocation'"),
      }),
    );
  });

  test.each([
    { scriptLocation: '' },
    { scriptLocation: 3 },
    { versionLocations: 'more' },
    { versionLocations: [['only']] },
    { truncateSlugLength: 0 },
    { truncateSlugLength: '40' },
    { recursiveVersionLocations: 'yes' },
    { postWriteHooks: ['prettier'] },
    { outputEncoding: 'latin-1' },
  ])('a value of the wrong type is refused: %j', (options) => {
    expect(() => new Config({ options: options as unknown as ConfigOptions })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });

  test('-x arguments', () => {
    const config = new Config({ x: ['tenant=a=b', 'dry'] });
    expect([...config.xArguments()]).toEqual([
      ['tenant', 'a=b'],
      ['dry', ''],
    ]);
    expect(() => new Config({ x: ['=1'] }).xArguments()).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });
});

describe('the options of a context', () => {
  test('types and server defaults are compared by default', () => {
    expect(contextOptions({})).toMatchObject({ compareType: true, compareServerDefault: true });
    expect(contextOptions({ compareType: false })).toMatchObject({ compareType: false });
  });

  test('an unknown key names the nearest known one', () => {
    expect(() => contextOptions({ compare_type: true } as ContextOptions)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_OPTION', message: expect.stringContaining("'compareType'") }),
    );
  });

  test.each([
    { compareType: 'yes' },
    { transactionPerMigration: 1 },
    { lockTimeout: -1 },
    { lockTimeout: '10' },
    { lockRetries: 1.5 },
    { lockRetries: -1 },
    { statementTimeout: 0 },
    { statementTimeout: '5s' },
    { onVersionApply: 'hook' },
    { versionTable: '' },
    { includeObject: true },
    { targetMetadata: {} },
  ])('a value of the wrong type is refused: %j', (options) => {
    expect(() => contextOptions(options as unknown as ContextOptions)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });

  test('what is right is taken', () => {
    const options = {
      targetMetadata: [new MetaData([])],
      lockTimeout: 0,
      lockRetries: 3,
      statementTimeout: Number.POSITIVE_INFINITY,
      onVersionApply: [() => {}],
      tag: null,
    };
    expect(contextOptions(options)).toMatchObject(options);
  });
});
