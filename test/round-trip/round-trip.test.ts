import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createDatabase, describeOn } from '../support/databases.ts';
import { quietLogs } from '../support/history.ts';
import { roundTrip, travel } from './round-trip.ts';

quietLogs();

const directory = new URL('./schemas/', import.meta.url);
const schemas = readdirSync(directory).map((file) => ({
  file,
  script: readFileSync(new URL(file, directory), 'utf8'),
}));

/*
 * Schemas of every feature that tables have: reflected, rendered as one migration and applied, they come out the same. `scripts/round-trip.ts` does this
 * with schemas of real applications.
 */

describeOn(['postgresql', 'postgresql-server'], 'a schema makes the round trip', (kind) => {
  test.for(schemas)('$file, by the catalogue', async ({ script }) => {
    await using source = await createDatabase(kind);
    await using target = await createDatabase(kind);
    await source.exec(script);
    const wanted = await source.schema();
    const before = await target.schema();
    const seen: string[] = [];
    const look = async (): Promise<void> => void seen.push(await target.schema());
    const { failure, again } = await travel(source.url, target.url, { atTop: look, atBottom: look });
    expect(failure).toBeNull();
    expect(seen[0]).toEqual(wanted);
    expect(again).toEqual([]);
    expect(seen[1]).toEqual(before);
  });

  test.for(schemas)('$file, by pg_dump', async ({ script }, { skip }) => {
    await using source = await createDatabase(kind);
    await using target = await createDatabase(kind);
    await source.exec(script);
    const result = await roundTrip(source.url, target.url);
    if (result === undefined) return skip('no pg_dump here can read this server');
    const { objects, revision: _, ...rest } = result;
    expect(Object.keys(objects).length).toBeGreaterThan(3);
    expect(rest).toEqual({ failure: null, differences: [], again: [], leftovers: [] });
  });
});
