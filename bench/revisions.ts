/**
 * Times the graph of revisions on large histories: `node bench/revisions.ts [size]`.
 *
 * Each row prints milliseconds for loading, for an upgrade from nothing to all heads and for the downgrade back, and
 * the visits (nodes looked at) of all three per revision, which stays the same when the history grows.
 */
import { planDowngrade, planUpgrade, RevisionMap } from '../src/revisions/index.ts';
import { shapes } from '../test/vectors/dag-histories.ts';

const size = Number(process.argv[2] ?? 100_000);

console.log(['history', 'revisions', 'load ms', 'upgrade ms', 'downgrade ms', 'visits each'].join('\t'));
for (const [name, make] of Object.entries(shapes)) {
  const specs = make(size);
  const times: number[] = [];
  const map = timed(times, () => new RevisionMap(specs));
  const steps = timed(times, () => planUpgrade(map, [], 'heads'));
  const rows = steps.at(-1)?.headsAfter ?? [];
  timed(times, () => planDowngrade(map, rows, 'base'));
  const visits = (map.graph.visits / specs.length).toFixed(1);
  console.log([name, specs.length, ...times.map((time) => time.toFixed(0)), visits].join('\t'));
}

function timed<Result>(times: number[], work: () => Result): Result {
  const start = performance.now();
  const result = work();
  times.push(performance.now() - start);
  return result;
}
