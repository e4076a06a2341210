import type { Connection } from '../dialect/connection.ts';
import type { InspectOptions } from '../dialect/dialect.ts';
import type { CompareContext, ObjectKind, ObjectPair } from '../dialect/object-kind.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import type { MetaData, SchemaObject } from '../schema/metadata.ts';
import type { QualifiedName } from '../schema/names.ts';
import { SchemaModel } from '../schema/schema-model.ts';
import { SchemaTranslation } from '../schema/schema-translation.ts';
import type { Table } from '../schema/table.ts';
import { deepEqual } from '../util/deep-equal.ts';
import { compareContext } from './compare-context.ts';
import type { CompareOptions } from './compare-options.ts';
import { doneForAMoment } from './done-for-a-moment.ts';
import { Filters } from './filters.ts';
import { sortOperations } from './sort-operations.ts';

/** What a comparison works with: the kinds and operations arrive as arguments, no kind is named here. */
export interface Comparison {
  readonly connection: Connection;
  readonly kinds: readonly ObjectKind[];
  readonly definitions: Definitions;
  readonly options: CompareOptions;
  /** what is said to the person who generates the revision */
  readonly warn?: (message: string) => void;
}

/**
 * The operations that take the database to the models, sorted so that they can run. One walk over all kinds; one reflection, one normalisation.
 */
export async function compareToDatabase(
  metadatas: readonly MetaData[],
  comparison: Comparison,
): Promise<readonly Operation[]> {
  const { connection, definitions, options } = comparison;
  const { dialect } = connection;
  const warn = comparison.warn ?? ((): void => {});
  const translation = new SchemaTranslation(options.schemaTranslateMap);
  const home = await (dialect.capabilities.schemas ? dialect.defaultSchema(connection) : null);
  // what names no schema may be meant for another one
  const defaultSchema = translation.schema(null) === null ? home : null;
  const filters = new Filters(options, defaultSchema);
  const declared = new SchemaModel(
    metadatas.flatMap((metadata) => metadata.objects.map((object) => placed(object, defaultSchema))),
  );
  for (const kind of comparison.kinds) {
    for (const derived of kind.derive?.(declared, dialect) ?? []) {
      const object = placed(derived, defaultSchema);
      if (declared.get(object.kind, object) === undefined) declared.put(object);
    }
  }
  const kinds = comparison.kinds.filter(
    ({ kind, isOptional }) =>
      isOptional !== true || declared.of(kind).length > 0 || options.includeKinds?.includes(kind),
  );
  // without includeSchemas, another schema counts for what the models say is in it
  const schemas =
    options.includeSchemas === true
      ? ('all' as const)
      : [...new Set([null, ...declared.objects.map((object) => object.schema)])];
  const differences = async (
    some: readonly ObjectKind[],
    wanted: SchemaModel,
    database: SchemaModel,
  ): Promise<Operation[]> => {
    for (const kind of some) await identify(kind, wanted, database, connection, translation);
    const model = filters.model(wanted, database);
    const there = filters.database(database, model, wanted);
    for (const object of model.objects) dialect.refuse?.(translation.forward(object));
    for (const kind of some) kind.check?.(model, there, dialect);
    const canonical = await canonicalize(model, there, some, connection, translation, warn);
    const object = finder(model, canonical, there);
    const tableOf = (name: QualifiedName): Table | null => object<Table>('table', name)?.canonical ?? null;
    for (const kind of some) kind.asCompared?.(there, model, tableOf, dialect);
    const found = { dialect, model, object };
    return walk(some, model, canonical, there, connection, compareContext(found, options, filters, warn));
  };
  const read = (): Promise<SchemaModel> => reflectTranslated(connection, kinds, schemas, translation, home);
  const now = await read();
  const [first, others] = [true, false].map((comesFirst) =>
    kinds.filter(({ ahead }) => (ahead !== undefined) === comesFirst),
  ) as [ObjectKind[], ObjectKind[]];
  const ofFirst = (model: SchemaModel): SchemaModel =>
    model.filter((object) => first.some(({ kind }) => kind === object.kind));
  const operations = await differences(first, ofFirst(declared), ofFirst(now));
  const ahead = operations.flatMap((each) => first.flatMap((kind) => kind.ahead?.(each) ?? []));
  const further =
    ahead.length === 0
      ? await differences(others, declared, now)
      : await doneForAMoment(ahead, comparison, async () => differences(others, declared, await read()));
  const standing = kinds.flatMap(({ kind, standsOn }) =>
    standsOn === undefined ? [] : declared.of(kind).map((object) => standsOn(object)),
  );
  const sides = { model: declared, database: now };
  const all = kinds.reduce<readonly Operation[]>(
    (found, { complete }) => complete?.(found, sides, (operation) => definitions.touches(operation)) ?? found,
    [...operations, ...further],
  );
  return sortOperations(all, definitions, standing);
}

/** The database as it is, in the kinds' order; without the version table, which is the runtime's. */
export async function reflect(
  connection: Connection,
  kinds: readonly ObjectKind[],
  options: InspectOptions,
): Promise<SchemaModel> {
  const found = await connection.dialect.inspect(connection, options);
  for (const kind of kinds) {
    const inspect = kind.inspect?.[connection.dialect.name];
    if (inspect !== undefined) for (const object of await inspect(connection, options)) found.put(object);
  }
  return found;
}

/** The same under the models' names of schemas. */
async function reflectTranslated(
  connection: Connection,
  kinds: readonly ObjectKind[],
  schemas: readonly (string | null)[] | 'all',
  translation: SchemaTranslation,
  home: string | null,
): Promise<SchemaModel> {
  if (translation.isEmpty) return reflect(connection, kinds, { schemas });
  const asked = schemas === 'all' ? schemas : [...new Set(schemas.map((each) => translation.schema(each)))];
  const found = await reflect(connection, kinds, { schemas: asked });
  // the connection's default schema has its own name, where the models' is another
  const named =
    translation.schema(null) === null ? found.objects : found.objects.map((each) => inHome(each, home));
  return new SchemaModel(named.map((object) => translation.back(object)));
}

function inHome(object: SchemaObject, home: string | null): SchemaObject {
  return object.schema === null ? new SchemaTranslation(new Map([[null, home]])).forward(object) : object;
}

/** Gives the model's objects the names under which the database has them. */
async function identify(
  { kind, identify: own }: ObjectKind,
  declared: SchemaModel,
  database: SchemaModel,
  connection: Connection,
  translation: SchemaTranslation,
): Promise<void> {
  const named = own?.[connection.dialect.name];
  if (named === undefined) return;
  const objects = declared.of(kind);
  const there = translated(database, translation);
  for (const [i, found] of (await named(translation.forward(objects), connection, there)).entries()) {
    const object = translation.back(found);
    const written = objects[i];
    if (written === undefined || deepEqual(written, object)) continue;
    declared.delete(kind, written);
    declared.put(object);
  }
}

/** Each object of the model as the database would report it. */
async function canonicalize(
  model: SchemaModel,
  database: SchemaModel,
  kinds: readonly ObjectKind[],
  connection: Connection,
  translation: SchemaTranslation,
  warn: (message: string) => void,
): Promise<Map<SchemaObject, SchemaObject>> {
  const { dialect } = connection;
  const pairs = new Map<SchemaObject, SchemaObject>();
  const there = translated(database, translation);
  const said = new SchemaModel();
  if (kinds.some(({ kind }) => kind === 'table')) {
    const tables = await dialect.canonicalize(translation.forward(model.tables), there, connection);
    for (const [i, table] of model.tables.entries()) pairs.set(table, translation.back(tables[i]) ?? table);
    for (const table of tables) said.put(table);
  }
  for (const kind of kinds) {
    const own = kind.canonicalize?.[dialect.name];
    if (own === undefined) continue;
    const objects = model.of(kind.kind);
    const context = { database: there, model: said, warn };
    const canonical = await own(translation.forward(objects), connection, context);
    for (const [i, object] of objects.entries()) pairs.set(object, translation.back(canonical[i]) ?? object);
    for (const object of canonical) said.put(object);
  }
  return pairs;
}

function translated(model: SchemaModel, translation: SchemaTranslation): SchemaModel {
  if (translation.isEmpty) return model;
  return new SchemaModel(model.objects.map((object) => translation.forward(object)));
}

function finder(
  model: SchemaModel,
  canonical: ReadonlyMap<SchemaObject, SchemaObject>,
  database: SchemaModel,
): CompareContext['object'] {
  return <T extends SchemaObject>(kind: T['kind'], name: QualifiedName): ObjectPair<T> | null => {
    const wanted = model.get<T>(kind, name) ?? null;
    const there = database.get<T>(kind, name) ?? null;
    if (wanted === null && there === null) return null;
    const same = wanted === null ? null : ((canonical.get(wanted) ?? wanted) as T);
    return { model: wanted, canonical: same, database: there };
  };
}

async function walk(
  kinds: readonly ObjectKind[],
  model: SchemaModel,
  canonical: ReadonlyMap<SchemaObject, SchemaObject>,
  database: SchemaModel,
  connection: Connection,
  context: CompareContext,
): Promise<Operation[]> {
  const { dialect, warn } = context;
  const all = pairsOf('table', model, canonical, database) as readonly ObjectPair<Table>[];
  const hasTables = kinds.some(({ kind }) => kind === 'table');
  const tables = (hasTables ? await dialect.settle?.(all, connection, warn) : null) ?? all;
  const operations: Operation[] = [];
  for (const kind of kinds) {
    if (kind.compare === undefined) continue;
    const pairs = kind.kind === 'table' ? tables : pairsOf(kind.kind, model, canonical, database);
    for (const pair of pairs) operations.push(...kind.compare(pair, context));
  }
  // a table's differences stand together
  for (const pair of tables)
    for (const kind of kinds) operations.push(...(kind.compareIn?.(pair, context) ?? []));
  return operations;
}

function pairsOf(
  kind: string,
  model: SchemaModel,
  canonical: ReadonlyMap<SchemaObject, SchemaObject>,
  database: SchemaModel,
): readonly ObjectPair[] {
  const wanted = model.of(kind).map((object) => ({
    model: object,
    canonical: canonical.get(object) ?? object,
    database: database.get(kind, object) ?? null,
  }));
  const extra = database.of(kind).filter((object) => model.get(kind, object) === undefined);
  return [...wanted, ...extra.map((object) => ({ model: null, canonical: null, database: object }))];
}

/** An object in the default schema is found under null, however the model spells it. */
function placed(object: SchemaObject, defaultSchema: string | null): SchemaObject {
  if (defaultSchema === null) return object;
  const own = object.schema === defaultSchema ? { ...object, schema: null } : object;
  if (own.kind !== 'table') return own;
  const table = own as Table;
  const named = table.constraints.some(
    (constraint) => constraint.kind === 'foreignKey' && constraint.referredSchema === defaultSchema,
  );
  if (!named) return own;
  const constraints = table.constraints.map((constraint) =>
    constraint.kind === 'foreignKey' && constraint.referredSchema === defaultSchema
      ? { ...constraint, referredSchema: null }
      : constraint,
  );
  return { ...table, constraints } as Table;
}
