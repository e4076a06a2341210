import fc from 'fast-check';
import { coreDefinitions as op } from '../../src/objects/definitions.ts';
import type { Operation } from '../../src/operations/operation.ts';

/** Indexes that say `concurrently`, or don't, however else they are. */
export const indexOperation: fc.Arbitrary<Operation> = fc
  .record({ concurrently: fc.boolean(), unique: fc.boolean(), exists: fc.boolean() })
  .chain(({ concurrently, unique, exists }) => {
    const postgresql = { concurrently };
    return fc.constantFrom<Operation>(
      op.createIndex.create('ix', 't', ['a'], { unique, ifNotExists: exists, postgresql }),
      op.dropIndex.create('iy', { table: 't', ifExists: exists, postgresql }),
      op.dropIndex.create('iy', { ifExists: exists, postgresql }),
    );
  });
