import type { Check } from '../../schema/check.ts';
import type { Domain } from '../../schema/domain-object.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { AlterDomain } from './shapes.ts';
import { isNotValid } from './sql.ts';

interface Domains {
  /** checks correspond by position to those of `canonical` */
  readonly model: Domain;
  readonly canonical: Domain;
  readonly database: Domain;
}

/** What becomes of the checks: one with another name is renamed, one with another condition is made anew, one without a name is any with its condition. */
export function compareChecks({
  model,
  canonical,
  database,
}: Domains): Pick<AlterDomain, 'dropChecks' | 'renameChecks' | 'addChecks'> {
  const left = new Set(database.checks);
  const wanted = canonical.checks.map((each, i) => ({ each, given: model.checks[i] ?? each }));
  const names = new Set(canonical.checks.map(({ name }) => name));
  const take = (found: Check | undefined): Check | undefined => {
    if (found !== undefined) left.delete(found);
    return found;
  };
  const kept = wanted.filter(
    ({ each }) =>
      each.name !== null &&
      take([...left].find((other) => other.name === each.name && isSame(each, other))) !== undefined,
  );
  const renameChecks: Record<string, string> = {};
  const added: Check[] = [];
  for (const pair of wanted) {
    if (kept.includes(pair)) continue;
    const { each, given } = pair;
    const other = take([...left].find((one) => !names.has(one.name) && isSame(each, one)));
    if (other === undefined) added.push(given);
    else if (each.name !== null && other.name !== null) renameChecks[other.name] = each.name;
  }
  const taken = new Set([...database.checks, ...canonical.checks].map(({ name }) => name));
  return {
    dropChecks: [...left],
    renameChecks,
    addChecks: added.map((each) => (each.name === null ? { ...each, name: free(model.name, taken) } : each)),
  };
}

/** A check that was validated since is still the one that wasn't to be. */
function isSame(wanted: Check, there: Check): boolean {
  return deepEqual(wanted.condition, there.condition) && (isNotValid(wanted) || !isNotValid(there));
}

/** The name that the server would give it: said, so that the way back knows it. */
function free(domain: string, taken: Set<string | null>): string {
  for (let i = 0; ; i++) {
    const name = `${domain}_check${i === 0 ? '' : i}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
