import { configure, type LogRecord, reset } from '@logtape/logtape';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flushLogs, log } from './logging.ts';

describe('logging', () => {
  let stderr: string;
  const { write } = process.stderr;

  beforeEach(() => {
    stderr = '';
    process.stderr.write = ((text: string) => {
      stderr += text;
      return true;
    }) as typeof write;
  });
  afterEach(async () => {
    process.stderr.write = write;
    await reset();
  });

  test('while the host has configured nothing, all but debug goes to stderr', async () => {
    log('alembic').info('Running upgrade  -> a1, {first}');
    log('alembic', 'sql').debug('SELECT 1');
    log('alembic').warn('careful\nin two lines');
    await flushLogs();
    expect(stderr).toBe(
      'INFO  [alembic] Running upgrade  -> a1, {first}\nWARN  [alembic] careful\n      in two lines\n',
    );
  });

  test('once it has, LogTape gets the records, asked at each of them, and stderr nothing', async () => {
    const records: LogRecord[] = [];
    await configure({
      sinks: { memory: (record) => records.push(record) },
      loggers: [
        { category: ['alembic'], lowestLevel: 'debug', sinks: ['memory'] },
        { category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: [] },
      ],
    });
    log('alembic').info('Running {braces} 100%', { revision: 'a1' });
    log('alembic', 'sql').debug("SELECT '{}'");
    await flushLogs();
    expect(
      records.map(({ category, level, message, properties }) => [
        category,
        level,
        message.join(''),
        properties,
      ]),
    ).toEqual([
      [['alembic'], 'info', 'Running {braces} 100%', { revision: 'a1' }],
      [['alembic', 'sql'], 'debug', "SELECT '{}'", {}],
    ]);
    expect(stderr).toBe('');
    await reset();
    log('alembic').info('again');
    await flushLogs();
    expect(stderr).toBe('INFO  [alembic] again\n');
  });
});
