import type { EnumObject } from '../../../schema/enum-object.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import { SchemaModel } from '../../../schema/schema-model.ts';
import type { Constraint, Table } from '../../../schema/table.ts';
import { deepFreeze } from '../../../util/deep-freeze.ts';
import { quoteName } from '../identifiers.ts';
import { asData, readStorage } from '../options.ts';
import type { CatalogueParts, TableRow } from './catalogue-query.ts';
import { readColumn } from './read-column.ts';
import { readConstraint } from './read-constraint.ts';
import { readIndex } from './read-index.ts';

/** How a schema is called in the result, and whether its enums belong to it. */
export interface Naming {
  schemaLabel(schema: string): string | null;
  includesTypes(schema: string): boolean;
}

/** Puts the rows of the catalogue together: tables and enums. */
export function readCatalogue(parts: CatalogueParts, naming: Naming): SchemaModel {
  const types = new Map(parts.types.map((row) => [row[0], row]));
  const operatorClasses = new Map(parts.operatorClasses.map((row) => [row[0], row]));
  const columns = Map.groupBy(parts.columns, ([table]) => table);
  const sequences = Map.groupBy(parts.sequences, ([table, column]) => `${table} ${column}`);
  const constraints = Map.groupBy(parts.constraints, ([table]) => table);
  const indexes = Map.groupBy(parts.indexes, ([table]) => table);
  const indexById = new Map(parts.indexes.map((row) => [row[1], row]));

  const tables = parts.tables.map((row): Table => {
    const [id, schema, name, , , , , , comment] = row;
    const own = (columns.get(id) ?? []).toSorted((a, b) => a[1] - b[1]);
    const dictionaries = {
      columns: new Map(own.map((column) => [column[1], column[2]])),
      collations: new Map(own.map((column) => [column[1], column[18]])),
      operatorClasses,
    };
    const ownConstraints = constraints.get(id) ?? [];
    const behind = new Set(ownConstraints.map((constraint) => constraint[11]));
    return {
      kind: 'table',
      name,
      schema: naming.schemaLabel(schema),
      columns: own.map((column) =>
        readColumn(column, schema, types, sequences.get(`${id} ${column[1]}`) ?? [], name),
      ),
      constraints: ownConstraints
        .map((constraint) =>
          readConstraint(constraint, indexById.get(constraint[11] ?? ''), dictionaries, naming.schemaLabel),
        )
        .sort(byKindThenName),
      indexes: (indexes.get(id) ?? [])
        .filter((index) => !behind.has(index[1]))
        .map((index) => readIndex(index, dictionaries))
        .sort(byName),
      comment,
      options: readTableOptions(row, naming),
    };
  });
  const enums = parts.types
    .filter(([, kind, schema]) => kind === 'e' && naming.includesTypes(schema))
    .map(
      ([, , schema, name, values, holders]): EnumObject => ({
        kind: 'enum',
        name,
        schema: naming.schemaLabel(schema),
        values: values ?? [],
        ...(holders !== null && {
          holders: holders.map(([kind, of, called, qualifier]) => ({
            kind,
            schema: naming.schemaLabel(of),
            name: called,
            ...(qualifier !== null && { qualifier }),
          })),
        }),
      }),
    );
  return new SchemaModel(deepFreeze([...enums.sort(byNameAndSchema), ...tables.sort(byNameAndSchema)]));
}

function readTableOptions(row: TableRow, naming: Naming): Table['options'] {
  const [, , , , persistence, storage, tablespace, accessMethod, , partitionKey, bound, parents] = row;
  const above = (parents ?? []).map(([schema, name]) =>
    quoteName({ schema: naming.schemaLabel(schema), name }),
  );
  const stored = readStorage(storage);
  return asData({
    unlogged: persistence === 'u',
    ...(partitionKey !== null && { partitionBy: partitionKey }),
    ...(bound === null ? { inherits: above } : { partitionOf: above[0] ?? '', partitionBound: bound }),
    ...(accessMethod !== null && { using: accessMethod }),
    ...(stored && { with: stored }),
    ...(tablespace !== null && { tablespace }),
  });
}

const order: readonly Constraint['kind'][] = ['primaryKey', 'foreignKey', 'unique', 'check', 'exclude'];

function byKindThenName(a: Constraint, b: Constraint): number {
  return order.indexOf(a.kind) - order.indexOf(b.kind) || byName(a, b);
}

function byNameAndSchema(a: QualifiedName, b: QualifiedName): number {
  return a.name === b.name ? ((a.schema ?? '') < (b.schema ?? '') ? -1 : 1) : byName(a, b);
}

function byName(a: { readonly name: string | null }, b: { readonly name: string | null }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}
