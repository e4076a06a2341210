import type { ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { parseSignature } from '../../schema/signature.ts';
import { type SqlFunction, signatureOf } from '../../schema/sql-function.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import {
  type CreateFunction,
  createFunction,
  type DropFunction,
  dropFunction,
  type ReplaceFunction,
  replaceFunction,
} from './operations.ts';
import * as postgresql from './postgresql.ts';

/** Functions and procedures. */
export const functionKind: ObjectKind<SqlFunction> = defineObjectKind<SqlFunction>({
  kind: 'function',
  isOptional: true,
  operations: [createFunction, dropFunction, replaceFunction],
  inspect: { postgresql: postgresql.inspectFunctions },
  identify: { postgresql: postgresql.identifyFunctions },
  canonicalize: {
    postgresql: (functions, connection, { warn }) =>
      postgresql.canonicalizeFunctions(functions, connection, warn),
  },
  check: (model, _, dialect) => {
    const [first] = model.of<SqlFunction>('function');
    if (first !== undefined) onlyPostgresql(`The function '${first.name}' of the models`, dialect);
  },
  standsOn: (object) => createFunction.touches(create(object)),
  compare,
});

function compare({ model, canonical, database }: ObjectPair<SqlFunction>): readonly Operation[] {
  if (database === null) return model === null ? [] : [create(asWritten(model))];
  if (model === null || canonical === null) return [drop(database)];
  if (deepEqual(comparable(canonical), comparable(database))) return [];
  return [
    deepFreeze<ReplaceFunction>({
      kind: 'replaceFunction',
      function: asWritten(model),
      was: database,
    }),
  ];
}

/** By whatever types it was found, however it is made. */
function comparable({ qualifier: _, checkBody: __, ...rest }: SqlFunction): object {
  return { ...rest, definition: rest.definition.text };
}

/** With the types that its own text says. */
function asWritten(made: SqlFunction): SqlFunction {
  const { inputTypes } = parseSignature('sqlFunction', signatureOf(made.name, made.arguments));
  return deepFreeze({ ...made, qualifier: inputTypes.join(', ') });
}

function create(made: SqlFunction): CreateFunction {
  return deepFreeze({ kind: 'createFunction', function: made });
}

function drop(was: SqlFunction): DropFunction {
  const { name, schema, qualifier, procedure } = was;
  return deepFreeze({ kind: 'dropFunction', name, schema, qualifier, procedure, ifExists: false, was });
}
