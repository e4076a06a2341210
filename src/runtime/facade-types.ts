import type { QualifiedName } from '../schema/names.ts';
import type { OperationPromise } from './operation-promise.ts';

type ArgumentsOf<D> = D extends { create(...args: infer Args): unknown } ? Args : never;
type ResultOf<D> = D extends { result?(...args: never[]): infer Result } ? Result : undefined;
type BatchArgumentsOf<D> = D extends { readonly batch: infer Batch }
  ? NonNullable<Batch> extends (table: QualifiedName, ...args: infer Args) => unknown
    ? Args
    : never
  : never;

/** A kind that a batch has no use for is defined over `never[]`. */
type BatchKinds<Set> = {
  [Kind in keyof Set]: never[] extends BatchArgumentsOf<Set[Kind]> ? never : Kind;
}[keyof Set];

/** The methods of `op` that the definitions make: each returns a promise that needn't be awaited. */
export type OperationMethods<Set> = {
  readonly [Kind in keyof Set]: (...args: ArgumentsOf<Set[Kind]>) => OperationPromise<ResultOf<Set[Kind]>>;
};

/** The methods of a batch that the definitions make: they run when the batch does. */
export type BatchMethods<Set> = {
  readonly [Kind in BatchKinds<Set>]: (...args: BatchArgumentsOf<Set[Kind]>) => void;
};
