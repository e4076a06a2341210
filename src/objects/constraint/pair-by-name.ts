/**
 * Pairs what is wanted with what is there: first by name, then an unnamed one on either side with one of the same definition; the rest stays alone.
 * Each appears once; what is there and not wanted comes first.
 */
export function pairByName<W, T extends { readonly name: string | null }>(
  wanted: readonly W[],
  there: readonly T[],
  sameDefinition: (wanted: W, there: T) => boolean,
  nameOf: (wanted: W) => string | null,
): readonly { readonly wanted: W | null; readonly there: T | null }[] {
  const left = new Set(there);
  const found = new Map<W, T>();
  const take = (want: W, have: T | undefined): void => {
    if (have === undefined) return;
    found.set(want, have);
    left.delete(have);
  };
  const byName = new Map(there.filter((each) => each.name !== null).map((each) => [each.name, each]));
  for (const want of wanted) {
    const name = nameOf(want);
    if (name !== null) take(want, byName.get(name));
  }
  for (const want of wanted) {
    if (found.has(want)) continue;
    const candidates = [...left].filter(
      (have) => sameDefinition(want, have) && (nameOf(want) === null || have.name === null),
    );
    // one without a name is the better match for one without a name
    take(want, candidates.find((have) => have.name === nameOf(want)) ?? candidates[0]);
  }
  return [
    ...[...left].map((have) => ({ wanted: null, there: have })),
    ...wanted.map((want) => ({ wanted: want, there: found.get(want) ?? null })),
  ];
}
