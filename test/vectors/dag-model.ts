import type { RevisionSpec, RevisionStep } from '../../src/revisions/index.ts';

/**
 * What a history means, said as plainly as possible and without any of `src/revisions`: slow, and right. The rows of
 * the version table are the maximal elements of what is applied.
 */
export class DagModel {
  readonly #needs = new Map<string, ReadonlySet<string>>();

  constructor(specs: Iterable<RevisionSpec>) {
    const byId = new Map([...specs].map((spec) => [spec.revision, spec]));
    const labels = new Map<string, string>();
    for (const spec of byId.values())
      for (const label of list(spec.branchLabels)) labels.set(label, spec.revision);
    for (const spec of byId.values()) {
      const dependencies = list(spec.dependsOn).map((name) => labels.get(name) ?? name);
      this.#needs.set(spec.revision, new Set([...list(spec.downRevision), ...dependencies]));
    }
  }

  has(id: string): boolean {
    return this.#needs.has(id);
  }

  /** Revisions and all that they need. */
  closure(ids: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const todo = [...ids];
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      todo.push(...this.#needs.get(id)!);
    }
    return found;
  }

  /** The maximal elements of a set that holds all that its members need. */
  rowsOf(applied: ReadonlySet<string>): string[] {
    const needed = new Set([...applied].flatMap((id) => [...this.#needs.get(id)!]));
    return [...applied].filter((id) => !needed.has(id)).sort();
  }

  /** Whether rows could have come about: all known, and none needed by another. */
  isPossible(rows: readonly string[]): boolean {
    if (new Set(rows).size < rows.length || !rows.every((row) => this.has(row))) return false;
    return rows.every((row) => rows.every((other) => other === row || !this.closure([other]).has(row)));
  }

  /** What is wrong with the steps of an upgrade or a downgrade from possible rows; null where nothing is. */
  faultOf(steps: readonly RevisionStep[], start: readonly string[]): string | null {
    const applied = this.closure(start);
    const rows = new Set(start);
    for (const { revision, kind, versionChanges, headsAfter } of steps) {
      if (revision === null) return 'a step without a revision';
      const needs = [...this.#needs.get(revision)!];
      if (kind === 'upgrade') {
        if (applied.has(revision)) return `${revision} is applied already`;
        if (!needs.every((id) => applied.has(id))) return `${revision} comes before what it needs`;
        applied.add(revision);
      } else {
        if (!applied.delete(revision)) return `${revision} is not applied`;
        if ([...applied].some((id) => this.#needs.get(id)!.has(revision)))
          return `something stands on ${revision}`;
      }
      const fault = applyChanges(rows, versionChanges);
      if (fault !== null) return `${revision}: ${fault}`;
      const expected = this.rowsOf(applied).join();
      if ([...rows].sort().join() !== expected)
        return `${revision}: rows ${[...rows].sort().join()}, not ${expected}`;
      if ([...headsAfter].sort().join() !== expected)
        return `${revision}: headsAfter ${headsAfter.join()}, not ${expected}`;
    }
    return null;
  }
}

/** Does to rows what a step's statements do to the version table; says where the database would refuse or miss. */
export function applyChanges(rows: Set<string>, changes: RevisionStep['versionChanges']): string | null {
  for (const row of changes.delete) if (!rows.delete(row)) return `deletes ${row}, which is no row`;
  for (const row of changes.insert) {
    if (rows.has(row)) return `inserts ${row}, which is a row`;
    rows.add(row);
  }
  for (const [from, to] of changes.update) {
    if (!rows.delete(from)) return `updates ${from}, which is no row`;
    if (rows.has(to)) return `updates ${from} to ${to}, which is a row`;
    rows.add(to);
  }
  return null;
}

function list(names: RevisionSpec['downRevision'] | undefined): readonly string[] {
  return names === null || names === undefined ? [] : typeof names === 'string' ? [names] : names;
}
