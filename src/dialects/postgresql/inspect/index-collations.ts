import { endOfElement } from '../split-element.ts';
import type { IndexRow } from './catalogue-query.ts';

/**
 * The collation of each of an index's key, with null where it is the one that the column or expression has anyway. `ofColumns` are the ids of the columns' own, by number.
 */
export function indexCollations(
  row: IndexRow,
  ofColumns: ReadonlyMap<number, string>,
): readonly (string | null)[] {
  const [, , , , , , , columns, , , names, expressions] = row;
  const ids = row[18].split(' ');
  const own = columns.split(' ').map((number) => ofColumns.get(Number(number)));
  const said = saidCollations(row[19], expressions ?? []);
  return ids.map((id, i) => {
    const isOwn = own[i] === undefined ? said[i] !== true : own[i] === id;
    if (isOwn || id === '0') return null;
    return names?.[i] ?? 'default';
  });
}

/** Whether the server prints a collation behind each of the key: only where it isn't that of the expression, which no catalogue holds. */
function saidCollations(definition: string | null, keys: readonly string[]): readonly boolean[] {
  const start = definition === null ? null : beforeKeys.exec(definition);
  if (definition === null || start === null) return [];
  let place = start[0].length;
  return keys.map((key) => {
    const behind = definition.slice(place + key.length);
    place += key.length + endOfElement(behind);
    return behind.startsWith(' COLLATE ');
  });
}

const name = String.raw`(?:"(?:[^"]|"")+"|[^\s".(]+)`;
const beforeKeys = new RegExp(
  String.raw`^CREATE (?:UNIQUE )?INDEX ${name} ON (?:ONLY )?${name}(?:\.${name})? USING ${name} \(`,
);
