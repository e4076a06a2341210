import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTable, applicable, applicableKinds, bareColumn } from '../../test/generators/operations.ts';
import { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import { SchemaModel } from '../schema/schema-model.ts';
import { coreDefinitions } from './definitions.ts';

const definitions = new Definitions(Object.values(coreDefinitions));
const seed = 20261122;
const runs = process.env.ALEMBIC_TEST_FULL ? 20_000 : 1500;

/** Tables by name and their parts by value: what a model says, whatever the order of its tables. */
function snapshot(model: SchemaModel): unknown {
  return JSON.parse(
    JSON.stringify(
      model.objects.toSorted((a, b) => (`${a.schema} ${a.name}` < `${b.schema} ${b.name}` ? -1 : 1)),
    ),
  );
}

function operations(check: (operation: Operation, model: SchemaModel) => void): Map<string, number> {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.uniqueArray(anyTable, {
        minLength: 1,
        maxLength: 3,
        selector: (each) => `${each.schema}\0${each.name}`,
      }),
      fc.constantFrom(...applicableKinds),
      fc.nat(),
      bareColumn,
      anyTable,
      (tables, what, n, fresh, extra) => {
        const model = new SchemaModel(tables);
        const operation = applicable(
          model,
          what,
          (items) => items[n % Math.max(items.length, 1)],
          fresh,
          extra,
        );
        if (operation === null) return;
        seen.set(what, (seen.get(what) ?? 0) + 1);
        check(operation, model);
      },
    ),
    { seed, numRuns: runs },
  );
  return seen;
}

test('what an operation does to the model, its reverse undoes', () => {
  const seen = operations((operation, model) => {
    const before = snapshot(model);
    definitions.apply(operation, model);
    expect(snapshot(model), operation.kind).not.toEqual(operation.kind === 'alterColumn' ? Symbol() : before);
    definitions.apply(definitions.reverse(operation), model);
    expect(snapshot(model)).toEqual(before);
  });
  for (const kind of applicableKinds) expect(seen.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(15);
});

test('the reverse of the reverse is the operation', () => {
  operations((operation) => expect(definitions.reverse(definitions.reverse(operation))).toEqual(operation));
});

test('an operation is made again from the arguments of its call', () => {
  operations((operation) => {
    const definition = definitions.of(operation) as unknown as {
      call(op: Operation): readonly unknown[];
      create(...args: readonly unknown[]): Operation;
    };
    const again = definition.create(...definition.call(operation));
    expect({ ...again, was: null }).toEqual({ ...operation, was: null });
    expect(Object.isFrozen(again)).toBe(true);
    expect(JSON.parse(JSON.stringify(operation))).toEqual(operation);
  });
});
