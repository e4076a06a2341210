import { exclude } from '../../src/objects/exclude/operations.ts';
import type { Batch } from '../../src/operations/batch.ts';
import type { Definitions } from '../../src/operations/definitions.ts';
import type { Operation } from '../../src/operations/operation.ts';
import * as schema from '../../src/schema/index.ts';

type Exports = Readonly<Record<string, unknown>>;
type Maker = (...args: readonly unknown[]) => Operation;

/** What generated source may import. */
const packageModules: Readonly<Record<string, Exports>> = {
  'alembic-ts': schema,
  'alembic-ts/postgresql': { exclude },
};

/**
 * Runs the body of a generated `upgrade`, with exactly the names that it imports, and returns the operations that it calls.
 */
export function evaluateBody(
  body: string,
  importNames: Readonly<Record<string, readonly string[]>>,
  definitions: Definitions,
  modules: Readonly<Record<string, Exports>> = packageModules,
): readonly Operation[] {
  const scope = new Map<string, unknown>();
  for (const [module, specifiers] of Object.entries(importNames)) {
    for (const specifier of specifiers) {
      const [name = '', local = name] = specifier.split(' as ');
      const exports = modules[module] ?? {};
      if (!(name in exports)) throw new Error(`${module} exports no ${name}`);
      if (scope.has(local)) throw new Error(`${local} is imported twice`);
      scope.set(local, exports[name]);
    }
  }
  const operations: Operation[] = [];
  const run = new Function('op', ...scope.keys(), `'use strict';\n${body}`);
  run(operationsFacade(definitions, operations), ...scope.values());
  return operations;
}

function operationsFacade(definitions: Definitions, called: Operation[]): object {
  const methods = definitions.all.map(({ kind, create }) => [
    kind,
    (...args: readonly unknown[]) => void called.push((create as unknown as Maker)(...args)),
  ]);
  return {
    ...Object.fromEntries(methods),
    f: schema.f,
    batchAlterTable: (table: string, callback: (batch: object) => void, options: Partial<Batch> = {}) => {
      const { schema: owner = null } = options;
      const operations: Operation[] = [];
      const batched = definitions.all
        .filter(({ batch }) => batch !== null)
        .map(({ kind, batch }) => [
          kind,
          (...args: readonly unknown[]) =>
            void operations.push((batch as unknown as Maker)({ schema: owner, name: table }, ...args)),
        ]);
      callback(Object.fromEntries(batched));
      const made: Batch = {
        kind: 'batch',
        table,
        schema: owner,
        operations,
        recreate: 'auto',
        copyFrom: null,
        partialReordering: null,
        tableArgs: [],
      };
      called.push({ ...made, ...options } as Operation);
    },
  };
}
