import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anyOperation,
  dialectBuilders,
  dialectTypes,
  operationsOnOneTable,
} from '../../../test/generators/any-operation.ts';
import { evaluateBody } from '../../../test/support/evaluate-source.ts';
import { coreDefinitions } from '../../objects/definitions.ts';
import { exclude } from '../../objects/exclude/operations.ts';
import { flattenBatches } from '../../operations/containers.ts';
import { Definitions } from '../../operations/definitions.ts';
import type { Operation } from '../../operations/operation.ts';
import * as schema from '../../schema/index.ts';
import { genericTypes } from '../../schema/types/generic.ts';
import type { RenderContext } from './render-context.ts';
import { renderMigration } from './render-migration.ts';

const definitions = new Definitions(Object.values(coreDefinitions));
const context: RenderContext = {
  definitions,
  dialect: { name: 'postgresql', module: 'alembic-ts/postgresql', types: [...genericTypes, ...dialectTypes] },
};
const modules = { 'alembic-ts': schema, 'alembic-ts/postgresql': { ...dialectBuilders, exclude } };
const seed = 20261122;
const runs = process.env.ALEMBIC_TEST_FULL ? 30_000 : 3000;

function again(operations: readonly Operation[], own: RenderContext = context): readonly Operation[] {
  const none = { ops: [] };
  const { upgrades, importNames } = renderMigration(
    { upgradeOps: { ops: operations }, downgradeOps: none },
    own,
  );
  return evaluateBody(upgrades as string, importNames, definitions, modules);
}

/** What a drop was told of the object isn't in the source: the way down says it. */
function withoutWas(operations: readonly Operation[]): readonly unknown[] {
  return operations.map((operation) => {
    const {
      was: _,
      operations: inner,
      ...rest
    } = operation as Operation & { was?: unknown; operations?: Operation[] };
    return inner === undefined ? rest : { ...rest, operations: withoutWas(inner) };
  });
}

test('the source of operations makes the same operations', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyOperation, { minLength: 1, maxLength: 3 }), (operations) => {
      for (const { kind } of operations) seen.add(kind);
      expect(withoutWas(again(operations))).toEqual(withoutWas(operations));
    }),
    { seed, numRuns: runs },
  );
  expect([...seen].sort()).toEqual([...Object.keys(coreDefinitions), 'batch'].sort());
});

test('grouped in batches it makes the same operations in the same order', () => {
  const groups = fc.array(operationsOnOneTable, { minLength: 1, maxLength: 3 }).map((each) => each.flat());
  fc.assert(
    fc.property(groups, (operations) => {
      const made = again(operations, { ...context, renderAsBatch: true });
      expect(withoutWas(flattenBatches(made))).toEqual(withoutWas(operations));
      expect(made.every(({ kind }) => kind === 'batch')).toBe(true);
    }),
    { seed, numRuns: runs / 5 },
  );
});
