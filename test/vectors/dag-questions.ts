import {
  planDowngrade,
  planRevision,
  planStamp,
  planUpgrade,
  type Revision,
  type RevisionMap,
  type RevisionSpec,
  type RevisionStep,
} from '../../src/revisions/index.ts';

/** A recorded answer: a value, a plan, or an error. */
export interface Answer {
  readonly r?: unknown;
  readonly ok?: true;
  readonly warnings?: readonly string[];
  readonly steps?: readonly (readonly (string | null)[])[];
  readonly rows?: readonly string[];
  readonly error?: {
    readonly class: string;
    readonly message: string;
    readonly cause?: string;
    readonly internal?: true;
  };
}

/** A recorded question with its answer, or with several of which Alembic gives one, as its hash seed falls. */
export interface Query {
  readonly q: string;
  readonly arg?: string | string[];
  readonly base?: string;
  readonly head?: string | string[] | null;
  readonly from?: string[];
  readonly to?: string | string[];
  readonly revid?: string;
  readonly splice?: boolean;
  readonly dependsOn?: string[];
  readonly branchLabels?: string[];
  readonly a?: Answer;
  readonly alts?: readonly Answer[];
  readonly inconsistentState?: true;
  readonly alembicBug?: 'crash' | 'redundant-row';
  readonly modelSteps?: Answer['steps'];
}

export interface DagCase {
  readonly name: string;
  readonly category: string;
  readonly undetectedCycle?: true;
  readonly revisions: readonly RevisionSpec[];
  readonly queries: readonly Query[];
}

/** The steps of a plan, for questions about plans; null for others. `warn` hears of doubts. */
export function askPlan(
  map: RevisionMap,
  query: Query,
  warn: (message: string) => void,
): RevisionStep[] | null {
  switch (query.q) {
    case 'upgrade':
      return planUpgrade(map, query.from!, query.to!);
    case 'downgrade':
      return planDowngrade(map, query.from!, query.to as string, { warn });
    case 'stamp':
      return planStamp(map, query.from!, query.to!);
    default:
      return null;
  }
}

/** Our value, for questions that are not about plans. */
export function askValue(map: RevisionMap, query: Query): unknown {
  switch (query.q) {
    case 'heads':
      return map.heads;
    case 'realHeads':
      return map.realHeads;
    case 'bases':
      return map.bases;
    case 'realBases':
      return map.realBases;
    case 'branchPoints':
      return idsOf(map.branchPoints).sort();
    case 'mergePoints':
      return idsOf(map.mergePoints).sort();
    case 'currentHead':
      return map.getCurrentHead();
    case 'labels':
      return perRevision(
        map,
        (revision) => [...revision.branchLabels].sort(),
        (labels) => labels.length > 0,
      );
    case 'normalizedDown':
      return perRevision(map, (revision) => [...revision.normalizedDownRevisions].sort());
    case 'format':
      return perRevision(map, (revision) =>
        revision.format({
          includeBranches: true,
          includeDoc: true,
          includeParents: true,
          treeIndicators: true,
        }),
      );
    case 'getRevisions':
      return map.getRevisions(query.arg!).map((revision) => revision?.revision ?? null);
    case 'getRevision':
      return map.getRevision(query.arg as string)?.revision ?? null;
    case 'asRevisionNumber':
      return map.asRevisionNumber(query.arg as string);
    case 'getAllCurrent':
      return idsOf(map.getAllCurrent(query.arg as string[])).sort();
    case 'walk':
      return idsOf([...map.walk(query.base, query.head!)]);
    case 'newRevision': {
      const { revid, head, splice, dependsOn, branchLabels } = query;
      const { revision: _, ...planned } = planRevision(map, {
        revision: revid!,
        head,
        splice,
        dependsOn,
        branchLabels,
      });
      return planned;
    }
    default:
      throw new Error(`Nobody knows how to ask ${query.q}.`);
  }
}

function idsOf(revisions: readonly Revision[]): string[] {
  return revisions.map((revision) => revision.revision);
}

function perRevision<Value>(
  map: RevisionMap,
  value: (revision: Revision) => Value,
  isShown: (value: Value) => boolean = () => true,
): Record<string, Value> {
  return Object.fromEntries(
    map.revisions
      .map((revision) => [revision.revision, value(revision)] as const)
      .filter(([, shown]) => isShown(shown)),
  );
}

/** A recorded value in the form of ours: what has no order is sorted, and the base is null. */
export function comparable(query: Query, value: unknown): unknown {
  switch (query.q) {
    case 'branchPoints':
    case 'mergePoints':
    case 'getAllCurrent':
      return [...(value as string[])].sort();
    case 'labels':
    case 'normalizedDown':
      return mapValues(value as Record<string, string[]>, (names) => [...names].sort());
    case 'format':
      // the labels of a line come in the order of a Python set
      return mapValues(value as Record<string, string>, (line) =>
        line.replace(
          / -> (\S.*?) \(([^()]*)\)/,
          (_, id: string, labels: string) => ` -> ${id} (${labels.split(', ').sort().join(', ')})`,
        ),
      );
    case 'getRevision':
    case 'getRevisions':
      return Array.isArray(value) ? value.map(baseAsNull) : baseAsNull(value);
    default:
      return value;
  }
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function baseAsNull(value: unknown): unknown {
  return value === 'base' ? null : value;
}

/** Steps as the vectors write them: the revision, then the net change of the version table. */
export function netSteps(steps: readonly RevisionStep[]): (string | null)[][] {
  return steps.map(({ revision, versionChanges }) => {
    const gone = [...versionChanges.delete, ...versionChanges.update.map(([from]) => from)];
    const come = [...versionChanges.insert, ...versionChanges.update.map(([, to]) => to)];
    return [
      revision,
      ...gone
        .filter((row) => !come.includes(row))
        .map((row) => `-${row}`)
        .sort(),
      ...come
        .filter((row) => !gone.includes(row))
        .map((row) => `+${row}`)
        .sort(),
    ];
  });
}
