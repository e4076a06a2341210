import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkOptions } from './check-options.ts';
import { domainOf } from './domain-object.ts';
import { displayName, keyOf, type QualifiedName } from './names.ts';
import {
  applyNamingConvention,
  defaultNamingConvention,
  type NamingConvention,
  namingConventionKeys,
} from './naming.ts';
import type { Table } from './table.ts';
import type { ColumnType } from './types/column-type.ts';
import { isColumnType } from './types/generic.ts';

/** Anything that stands by itself in a database: a table, or an object of a kind that a dialect or a user brings. */
export interface SchemaObject extends QualifiedName {
  readonly kind: string;
}

export interface MetaDataOptions {
  /** templates for names that aren't given; merged over SQLAlchemy's default, which names `index: true` */
  readonly namingConvention?: NamingConvention;
  /** schema of the tables that name none */
  readonly schema?: string | null;
}

/**
 * The application's schema: its tables and other objects (a type that defines a domain among them), as plain data with every conventional name given.
 *
 * @throws ArgumentError `BAD_ARGUMENT` for what isn't an object of a schema, `DUPLICATE_TABLE`, `NAMING_CONVENTION`, `UNKNOWN_OPTION`.
 */
export class MetaData {
  readonly objects: readonly SchemaObject[];
  readonly namingConvention: NamingConvention;
  readonly schema: string | null;

  constructor(objects: readonly (SchemaObject | ColumnType)[] = [], options: MetaDataOptions = {}) {
    checkOptions('MetaData', options, ['namingConvention', 'schema']);
    checkOptions('MetaData: namingConvention', options.namingConvention ?? {}, namingConventionKeys);
    this.namingConvention = deepFreeze({ ...defaultNamingConvention, ...options.namingConvention });
    this.schema = options.schema ?? null;
    if (!Array.isArray(objects))
      throw new ArgumentError('BAD_ARGUMENT', 'MetaData takes an array of tables and other objects.');
    const seen = new Set<string>();
    this.objects = deepFreeze(
      objects.map((given: SchemaObject | ColumnType) => {
        const object = asObject(given);
        if (typeof object?.kind !== 'string' || typeof object.name !== 'string') {
          throw new ArgumentError(
            'BAD_ARGUMENT',
            `MetaData: ${JSON.stringify(object)} is not made by table() or another builder of an object.`,
          );
        }
        const placed =
          object.schema === null && this.schema !== null && !placeless.includes(object.kind)
            ? this.#place(object)
            : object;
        const key = `${placed.kind}\0${keyOf(placed)}`;
        if (seen.has(key)) {
          throw new ArgumentError(
            'DUPLICATE_TABLE',
            `MetaData: two objects of kind ${placed.kind} are named '${displayName(placed)}'.`,
          );
        }
        seen.add(key);
        return isTable(placed) ? applyNamingConvention(placed, this.namingConvention) : placed;
      }),
    );
  }

  get tables(): readonly Table[] {
    return this.objects.filter(isTable);
  }

  /** The objects of one kind: `metadata.of('view')`. */
  of<T extends SchemaObject>(kind: T['kind']): readonly T[] {
    return this.objects.filter((object): object is T => object.kind === kind);
  }

  /** Gives an object, and a table's foreign keys that name no schema, the schema of the metadata, as SQLAlchemy does. */
  #place(object: SchemaObject): SchemaObject {
    if (!isTable(object)) return { ...object, schema: this.schema };
    const constraints = object.constraints.map((constraint) =>
      constraint.kind === 'foreignKey' && constraint.referredSchema === null
        ? { ...constraint, referredSchema: this.schema }
        : constraint,
    );
    return { ...object, schema: this.schema, constraints } as Table;
  }
}

/** An extension has no schema in its name, and a column's type finds a domain by the search path. */
const placeless: readonly string[] = ['extension', 'domain'];

/** A type that defines a domain stands for that. */
function asObject(given: SchemaObject | ColumnType): SchemaObject {
  const domain = isColumnType(given) ? domainOf(given) : null;
  return domain ?? (given as SchemaObject);
}

function isTable(object: { readonly kind: string }): object is Table {
  return object.kind === 'table';
}
