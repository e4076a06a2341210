/** The times of one kind of work, in milliseconds, one for each run. */
export type Times = readonly number[];

export function median(times: Times): number {
  return sorted(times)[times.length >> 1] ?? Number.NaN;
}

/** The run that was disturbed least. */
export function best(times: Times): number {
  return sorted(times)[0] ?? Number.NaN;
}

function sorted(times: Times): Times {
  return times.toSorted((a, b) => a - b);
}
