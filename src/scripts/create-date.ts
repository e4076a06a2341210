import { CommandError } from '../errors.ts';

/** A moment as a clock on the wall of some time zone shows it. */
export interface CreateDate {
  /** whole seconds since 1970 */
  readonly epoch: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** `2026-11-22 09:30:00.000000`, followed by `+01:00` where a time zone was asked for */
  readonly text: string;
}

/**
 * `moment` in `timezone` (an IANA name, in any case), or in local time.
 *
 * @throws CommandError `TIMEZONE`
 */
export function createDate(moment: Date, timezone?: string): CreateDate {
  const date = timezone === undefined ? localDate(moment) : zonedDate(moment, timezone);
  const { year, month, day, hour, minute, second, offset } = date;
  const two = (value: number) => String(value).padStart(2, '0');
  const day10 = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const micros = String(moment.getUTCMilliseconds()).padStart(3, '0') + '000';
  return {
    epoch: Math.floor(moment.getTime() / 1000),
    year,
    month,
    day,
    hour,
    minute,
    second,
    text: `${day10} ${two(hour)}:${two(minute)}:${two(second)}.${micros}${offset}`,
  };
}

type ClockDate = Omit<CreateDate, 'epoch' | 'text'> & { readonly offset: string };

function localDate(moment: Date): ClockDate {
  return {
    year: moment.getFullYear(),
    month: moment.getMonth() + 1,
    day: moment.getDate(),
    hour: moment.getHours(),
    minute: moment.getMinutes(),
    second: moment.getSeconds(),
    offset: '',
  };
}

function zonedDate(moment: Date, timezone: string): ClockDate {
  const parts = new Map(
    zoneFormat(timezone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
    // 'GMT' or 'GMT+01:00'
    offset: parts.get('timeZoneName')?.slice(3) || '+00:00',
  };
}

/** @throws CommandError `TIMEZONE` */
export function zoneFormat(timezone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      timeZoneName: 'longOffset',
    });
  } catch (cause) {
    throw new CommandError(
      'TIMEZONE',
      `The option timezone is '${timezone}', and no time zone is called that. Give a name such as 'UTC' or 'Europe/Berlin'.`,
      { cause },
    );
  }
}
