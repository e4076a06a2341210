import { ArgumentError } from '../../../errors.ts';

/**
 * A parameter as text that the server reads as whatever type it has there: the same for each driver, as `pg` does it. The types that drivers guess, and their
 * ways to write them, would make `'{"a":1}'` a JSON string and `'true'` false.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for a date that is none.
 */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (ArrayBuffer.isView(value)) return bytesText(value);
  if (value instanceof Date) return dateText(value);
  if (Array.isArray(value)) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function bytesText({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`;
}

/** With the offset of the local time zone, so that a `timestamp` takes the local time and a `timestamptz` the instant. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw new ArgumentError('BAD_ARGUMENT', 'A parameter is an invalid Date.');
  const year = date.getFullYear();
  const offset = -date.getTimezoneOffset();
  const day = [year > 0 ? year : 1 - year, date.getMonth() + 1, date.getDate()].map((part, i) =>
    digits(part, i === 0 ? 4 : 2),
  );
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2));
  const zone = `${offset < 0 ? '-' : '+'}${digits(Math.trunc(Math.abs(offset) / 60), 2)}:${digits(Math.abs(offset) % 60, 2)}`;
  return `${day.join('-')}T${time.join(':')}.${digits(date.getMilliseconds(), 3)}${zone}${year > 0 ? '' : ' BC'}`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function arrayText(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return arrayText(value);
    const text = parameterText(value);
    return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}
