import { ArgumentError } from '../../errors.ts';
import { type Batch, isBatch } from '../../operations/batch.ts';
import { type AutocommitBlock, isAutocommitBlock } from '../../operations/containers.ts';
import type { Operation } from '../../operations/operation.ts';
import { finalNames } from './final-names.ts';
import { type Call, call, callback, type Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';
import { templateSource } from './string-source.ts';

/** `op.addColumn('users', column('age', integer()))` */
export function operationSource(operation: Operation, writer: SourceWriter): Call {
  if (isBatch(operation)) return batchSource(operation, writer);
  if (isAutocommitBlock(operation)) return blockSource(operation, writer);
  const named = withFinalNames(operation, writer);
  return statement(
    'op',
    operation.kind,
    writer.context.definitions.of(operation).call(named as never),
    writer,
  );
}

/** `op.batchAlterTable('users', (batch) => { … }, { recreate: 'always' })` */
function batchSource(batch: Batch, writer: SourceWriter): Call {
  const { table, schema, operations, recreate, copyFrom, partialReordering, tableArgs } = batch;
  const options = writer.options({
    schema: schema ?? undefined,
    recreate: recreate === 'auto' ? undefined : recreate,
    copyFrom: copyFrom ?? undefined,
    tableArgs: tableArgs.length === 0 ? undefined : tableArgs,
    partialReordering: partialReordering ?? undefined,
  });
  const statements = operations.map((each) => batchedSource(each, writer));
  const args: Source[] = [writer.value(table), callback('batch', statements)];
  if (options.entries.length > 0) args.push(options);
  return call('op.batchAlterTable', args, true);
}

/** `op.getContext().autocommitBlock(() => { … })`: not awaited, as no operation is, so that any template's function may hold it. */
function blockSource({ operations }: AutocommitBlock, writer: SourceWriter): Call {
  const statements = operations.map((each) => operationSource(each, writer));
  return call('op.getContext().autocommitBlock', [callback('', statements)], true);
}

function batchedSource(operation: Operation, writer: SourceWriter): Call {
  const { batchCall } = writer.context.definitions.of(operation);
  if (batchCall === null) {
    throw new ArgumentError(
      'UNSUPPORTED_OPERATION',
      `An operation of kind '${operation.kind}' has no place in a batch.`,
    );
  }
  return statement('batch', operation.kind, batchCall(withFinalNames(operation, writer) as never), writer);
}

function statement(on: 'op' | 'batch', kind: string, args: readonly unknown[], writer: SourceWriter): Call {
  const name = writer.key(kind);
  return call(
    name === kind ? `${on}.${kind}` : `${on}[${name}]`,
    args.map((arg, i) => argument(arg, i > 0 || args.length === 1, writer)),
    true,
  );
}

/** A text of several lines keeps them, unless it is what other arguments say something about: a name. */
function argument(value: unknown, mayHaveLines: boolean, writer: SourceWriter): Source {
  if (mayHaveLines && typeof value === 'string' && value.includes('\n')) return templateSource(value);
  return writer.value(value);
}

function withFinalNames(operation: Operation, { context }: SourceWriter): Operation {
  return context.namingConvention ? finalNames(operation, context.namingConvention) : operation;
}
