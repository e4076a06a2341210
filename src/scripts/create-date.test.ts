import { expect, test } from 'vitest';
import { createDate } from './create-date.ts';

const moment = new Date('2026-11-22T23:30:00.120Z');

test('in a time zone, with its offset', () => {
  expect(createDate(moment, 'UTC').text).toBe('2026-11-22 23:30:00.120000+00:00');
  expect(createDate(moment, 'Asia/Kolkata')).toEqual({
    epoch: 1795390200,
    year: 2026,
    month: 11,
    day: 23,
    hour: 5,
    minute: 0,
    second: 0,
    text: '2026-11-23 05:00:00.120000+05:30',
  });
  expect(createDate(moment, 'america/new_york').text).toBe('2026-11-22 18:30:00.120000-05:00');
  expect(createDate(new Date('2026-07-01T00:00:00Z'), 'Europe/Berlin').text).toBe(
    '2026-07-01 02:00:00.000000+02:00',
  );
  expect(createDate(new Date('2026-01-01T00:00:00Z'), 'UTC').hour).toBe(0);
});

test('in local time, without one', () => {
  const { text, hour, day } = createDate(moment);
  expect(text).toMatch(/^2026-11-2\d \d\d:\d\d:00\.120000$/);
  expect([day, hour]).toEqual([moment.getDate(), moment.getHours()]);
});

test('an unknown time zone', () => {
  expect(() => createDate(moment, 'Europe/Atlantis')).toThrow(
    expect.objectContaining({ code: 'TIMEZONE', message: expect.stringMatching(/Atlantis/) }),
  );
});
