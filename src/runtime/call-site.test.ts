import { expect, test } from 'vitest';
import { findLine, noteCall } from './call-site.ts';

const at = (frame: string): string => `Error\n    at ${frame}`;

test.each([
  ['upgrade (file:///srv/app/a1.ts?v=12:5:9)', '/srv/app/a1.ts', 5],
  ['file:///srv/my%20app/a1.ts:5:9', '/srv/my app/a1.ts', 5],
  ['async upgrade (file:///srv/app/a1.mts#x:5:9)', '/srv/app/a1.mts', 5],
  ['Object.upgrade (/srv/app/a1.cjs:5:9)', '/srv/app/a1.cjs', 5],
  ['async /srv/app/a1.cjs:5:9', '/srv/app/a1.cjs', 5],
  ['exports.up (C:\\app\\a1.cjs:5:9)', 'C:\\app\\a1.cjs', 5],
  ['new Thing (webpack://app/./a1.ts:5:9)', 'webpack://app/./a1.ts', 5],
])('a frame: %s', (frame, file, line) => {
  expect(findLine(at(frame))).toEqual({ file, line });
});

test('a frame of the wanted file is preferred, else the nearest that is not of Node', () => {
  const stack = `Error
    at node:internal/process/task_queues:105:5
    at helper (file:///srv/helper.ts:1:1)
    at upgrade (file:///srv/a1.ts:7:3)
    at async Promise.all (index 0)`;
  expect(findLine(stack, '/srv/a1.ts')).toEqual({ file: '/srv/a1.ts', line: 7 });
  expect(findLine(stack, '/srv/other.ts')).toEqual({ file: '/srv/helper.ts', line: 1 });
  expect(findLine(stack)).toEqual({ file: '/srv/helper.ts', line: 1 });
  expect(findLine('nothing')).toBeNull();
  expect(findLine(undefined)).toBeNull();
});

test('noteCall leaves the limit of stacks as it was', () => {
  const before = Error.stackTraceLimit;
  const site = noteCall(() => {});
  expect(Error.stackTraceLimit).toBe(before);
  expect(site.find()).toBeDefined();
});
