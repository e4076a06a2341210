import type { CompareContext, TablePair } from '../../dialect/object-kind.ts';
import { mentionedNames } from '../../operations/mentioned-names.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Check } from '../../schema/check.ts';
import type { Domain } from '../../schema/domain-object.ts';
import { type Sql, sql } from '../../schema/sql.ts';
import { columnOf, type Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { compareConstraints } from '../constraint/compare.ts';
import { compareIndexes } from '../index/kind.ts';

/**
 * The checks and indexes of the models whose expressions speak of columns of a domain that gets another type, dropped and made: the server keeps an expression
 * with the old type said in it, so that it would go on to mean that.
 */
export function remakeExpressions(domain: Domain, context: CompareContext): readonly Operation[] {
  return context.model.tables.flatMap((table) => {
    const pair = context.object<Table>('table', table);
    const columns = (pair?.database?.columns ?? []).filter(({ type }) => {
      const { name, typeName, typeSchema = null } = type.item ?? type;
      return name === 'domain' && typeName === domain.name && typeSchema === domain.schema;
    });
    if (pair === null || columns.length === 0) return [];
    const held = columns
      .filter((column) => pair.model && columnOf(pair.model, column.name))
      .map(({ name }) => name);
    return [...remadeChecks(pair, held, context), ...remadeIndexes(pair, held, context)];
  });
}

function remadeChecks(
  pair: TablePair,
  held: readonly string[],
  context: CompareContext,
): readonly Operation[] {
  return (pair.canonical?.constraints ?? []).flatMap((wanted, i) => {
    if (wanted.kind !== 'check' || !speaksOf([wanted.condition], held)) return [];
    const there = pair.database?.constraints.find(
      (each): each is Check =>
        each.kind === 'check' && each.name === wanted.name && deepEqual(each.condition, wanted.condition),
    );
    if (there === undefined) return [];
    const part = only(pair, {
      model: { constraints: [pair.model?.constraints[i] ?? wanted] },
      canonical: { constraints: [{ ...wanted, condition: another }] },
      database: { constraints: [there] },
    });
    return compareConstraints<Check>('check', 'createCheckConstraint', 'checkConstraint', part, context);
  });
}

function remadeIndexes(
  pair: TablePair,
  held: readonly string[],
  context: CompareContext,
): readonly Operation[] {
  return (pair.canonical?.indexes ?? []).flatMap((wanted, i) => {
    if (!speaksOf(expressionsOf(wanted), held)) return [];
    const there = pair.database?.indexes.find(
      (each) => each.name === wanted.name && deepEqual(expressionsOf(each), expressionsOf(wanted)),
    );
    if (there === undefined) return [];
    const part = only(pair, {
      model: { indexes: [pair.model?.indexes[i] ?? wanted] },
      canonical: { indexes: [{ ...wanted, where: another }] },
      database: { indexes: [there] },
    });
    return compareIndexes(part, context);
  });
}

/** what nothing is equal to */
const another: Sql = sql.raw('');

/** A pair of tables with nothing in them but these. */
function only(
  { model, canonical, database }: TablePair,
  parts: { readonly [Side in keyof TablePair]: Partial<Table> },
): TablePair {
  const bare = (table: Table | null, part: Partial<Table>): Table | null =>
    table && { ...table, constraints: [], indexes: [], ...part };
  return {
    model: bare(model, parts.model),
    canonical: bare(canonical, parts.canonical),
    database: bare(database, parts.database),
  };
}

function expressionsOf({ where, elements }: Index): readonly (Sql | null)[] {
  return [where, ...elements.map(({ expression }) => expression)];
}

function speaksOf(expressions: readonly (Sql | null)[], columns: readonly string[]): boolean {
  return expressions.some(
    (each) => each !== null && mentionedNames(each.text).some(({ name }) => columns.includes(name)),
  );
}
