import type { IncludeQuestion } from '../dialect/object-kind.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import { displayName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import type { CompareOptions, ParentNames } from './compare-options.ts';

/** Which objects take part in a comparison: the user's hooks, the schemas asked for, and never the version table. */
export class Filters {
  readonly #options: CompareOptions;
  readonly #defaultSchema: string | null;

  /** `defaultSchema` is what null stands for */
  constructor(options: CompareOptions, defaultSchema: string | null) {
    this.#options = options;
    this.#defaultSchema = defaultSchema;
  }

  /** The models' objects that take part. */
  model(model: SchemaModel, database: SchemaModel): SchemaModel {
    return model.filter((object) => this.#object(object, false, database.get(object.kind, object) ?? null));
  }

  /** The database's objects that take part; those that a hook took out of the model are out here too. */
  database(database: SchemaModel, model: SchemaModel, declared: SchemaModel): SchemaModel {
    return database.filter((object) => {
      const mine = model.get(object.kind, object) ?? null;
      if (mine !== null) return true;
      if (declared.get(object.kind, object) !== undefined || this.#isVersionTable(object)) return false;
      if (isPartition(object)) return false;
      if (object.schema !== null && this.#options.includeSchemas !== true) return false;
      return this.#name(object) && this.#object(object, true, null);
    });
  }

  /** What a table holds: columns, indexes, constraints. */
  includes({ type, name, object, reflected, compareTo, table }: IncludeQuestion): boolean {
    const { includeName, includeObject } = this.#options;
    if (reflected && table !== null && includeName !== undefined) {
      const parents = {
        schemaName: table.schema,
        tableName: table.name,
        schemaQualifiedTableName: displayName(table),
      };
      if (!includeName(name, type, parents)) return false;
    }
    return includeObject === undefined || includeObject(object, name, type, reflected, compareTo);
  }

  #name(object: SchemaObject): boolean {
    const { includeName } = this.#options;
    if (includeName === undefined) return true;
    if (!includeName(object.schema, 'schema', { schemaName: object.schema })) return false;
    const parents: ParentNames = { schemaName: object.schema, schemaQualifiedTableName: displayName(object) };
    return includeName(object.name, object.kind, parents);
  }

  #object(object: SchemaObject, reflected: boolean, compareTo: SchemaObject | null): boolean {
    const { includeObject } = this.#options;
    return (
      includeObject === undefined || includeObject(object, object.name, object.kind, reflected, compareTo)
    );
  }

  /** Ours, and any that holds versions and nothing else: another program's in another schema, or ours in a schema further down the search path. */
  #isVersionTable(object: SchemaObject): boolean {
    const { versionTable = 'alembic_version', versionTableSchema = null } = this.#options;
    if (object.kind !== 'table' || object.name !== versionTable) return false;
    const schema = versionTableSchema === this.#defaultSchema ? null : versionTableSchema;
    const [first, ...others] = (object as Table).columns;
    return object.schema === schema || (first?.name === 'version_num' && others.length === 0);
  }
}

/** A partition comes and goes with the data of its table: what the models don't say of it isn't theirs to drop. */
function isPartition(object: SchemaObject): boolean {
  const { options } = object as Partial<Pick<Table, 'options'>>;
  return object.kind === 'table' && options?.postgresql?.partitionOf !== undefined;
}
