import type { ColumnType } from '../../schema/types/column-type.ts';
import { deepEqual } from '../../util/deep-equal.ts';

const integers: readonly string[] = ['smallInteger', 'integer', 'bigInteger'];
const strings: readonly string[] = ['char', 'string', 'unicode'];

/** Whether a type holds every value of another as it is, on whatever database; no, where that isn't sure. */
export function holdsAll(from: ColumnType | undefined, to: ColumnType): boolean {
  if (from === undefined) return false;
  if (deepEqual(from, to)) return true;
  if (from.variants !== undefined || to.variants !== undefined) return false;
  if (integers.includes(from.name)) return integers.indexOf(to.name) >= integers.indexOf(from.name);
  if (strings.includes(from.name) && to.name === 'text') return true;
  if (strings.includes(from.name) && to.name === from.name) return room(to.length) >= room(from.length);
  if (from.name !== 'numeric' || to.name !== 'numeric') return false;
  if (to.precision === undefined) return true;
  const [before, after] = [from.scale ?? 0, to.scale ?? 0];
  return from.precision !== undefined && after >= before && to.precision - after >= from.precision - before;
}

function room(length: number | undefined): number {
  return length ?? Number.POSITIVE_INFINITY;
}
