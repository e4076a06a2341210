import type { ColumnQuestion, CompareContext } from '../dialect/object-kind.ts';
import { deepEqual } from '../util/deep-equal.ts';
import type { CompareHook, CompareOptions } from './compare-options.ts';
import type { Filters } from './filters.ts';

/** The questions that kinds ask, answered by the user's hooks first, then by the dialect. */
export function compareContext(
  { dialect, model, object }: Pick<CompareContext, 'dialect' | 'model' | 'object'>,
  options: CompareOptions,
  filters: Filters,
  warn: (message: string) => void,
): CompareContext {
  return {
    dialect,
    model,
    table: (name) => object('table', name),
    object,
    warn,
    includes: (question) => filters.includes(question),
    differsInType: (question) =>
      ask(
        options.compareType,
        question,
        () => !dialect.sameType(question.canonical.type, question.database.type),
      ),
    differsInDefault: (question) =>
      ask(
        options.compareServerDefault,
        question,
        () => !deepEqual(question.canonical.serverDefault, question.database.serverDefault),
      ),
  };
}

function ask(
  option: boolean | CompareHook | undefined,
  question: ColumnQuestion,
  builtIn: () => boolean,
): boolean {
  if (option === false) return false;
  const answer = typeof option === 'function' ? option(question) : null;
  return answer ?? builtIn();
}
