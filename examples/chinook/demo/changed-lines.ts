/** A line that goes or comes. */
export interface ChangedLine {
  readonly sign: '-' | '+';
  readonly line: string;
}

/** The lines in which two texts differ, in their order: what stays is the longest sequence that both have. */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  // kept[i][j]: how many lines stay of a from i on and b from j on
  const kept = a.map(() => new Array<number>(b.length + 1).fill(0));
  kept.push(new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => kept[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      kept[i]![j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changed: ChangedLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      changed.push({ sign: '-', line: a[i++]! });
    } else {
      changed.push({ sign: '+', line: b[j++]! });
    }
  }
  return changed;
}
