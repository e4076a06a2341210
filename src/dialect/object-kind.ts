import type { OperationDefinition } from '../operations/define-operation.ts';
import type { Operation, Touches } from '../operations/operation.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import type { QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import type { Connection } from './connection.ts';
import type { Dialect, InspectOptions } from './dialect.ts';
import type { ObjectPair, TablePair } from './object-pair.ts';

export type { ObjectPair, TablePair } from './object-pair.ts';

/**
 * A kind of database object: everything that the engines must know of it. Core kinds and a stranger's are of this one type, in one ordered list.
 */
export interface ObjectKind<T extends SchemaObject = SchemaObject> {
  /** `table`, `index`, `view`: the `kind` of its objects where they stand by themselves */
  readonly kind: string;
  /**
   * compared only where the models hold one of the kind, or `includeKinds` names it: most databases have some that no model speaks of, and they would be dropped
   */
  readonly isOptional?: boolean;
  readonly operations: readonly OperationDefinition[];
  /** objects that the model implies without saying so, such as the enums of its columns */
  derive?(model: SchemaModel, dialect: Dialect): readonly T[];
  /** Refuses models that can't be reached: asked before anything is compared. */
  check?(model: SchemaModel, database: SchemaModel, dialect: Dialect): void;
  /** per dialect: the objects as they are, in one catalogue query; for kinds that the dialect's own inspection doesn't bring */
  readonly inspect?: { readonly [dialect: string]: KindInspection<T>['call'] };
  /**
   * per dialect: the model's objects under the names by which `inspect` would report them, object for object, where that takes asking: default: as they are
   */
  readonly identify?: { readonly [dialect: string]: KindIdentification<T>['call'] };
  /** per dialect: the model's objects in the words in which `inspect` would report them, object for object; default: as they are */
  readonly canonicalize?: { readonly [dialect: string]: KindCanonicalization<T>['call'] };
  /** Changes what was reflected where it has to be said in other words beside these models; `canonical`: a table of theirs, as the database would report it. */
  asCompared?(
    found: SchemaModel,
    model: SchemaModel,
    canonical: (table: QualifiedName) => Table | null,
    dialect: Dialect,
  ): void;
  /** Changes what was reflected where it has to be said in other words by models that make it anew. */
  asModels?(found: SchemaModel, dialect: Dialect, options: InspectOptions): void;
  /**
   * For kinds that say where parts of others are. They are compared first; what this gives is done for a moment, in a transaction that is rolled back, so that
   * all other kinds are compared with the database as it is then.
   */
  ahead?(operation: Operation): readonly Operation[];
  /** What an object stands on while it stays as it is: for kinds through which others read, such as views. */
  standsOn?(object: T): Touches;
  /** Compares objects that stand by themselves; one side may be missing. */
  compare?(pair: ObjectPair<T>, context: CompareContext): readonly Operation[];
  /** All that was found, with what has to happen because of that: what an object takes along when it is made anew. */
  complete?(
    operations: readonly Operation[],
    sides: { readonly model: SchemaModel; readonly database: SchemaModel },
    touches: (operation: Operation) => Touches,
  ): readonly Operation[];
  /** Compares what a table holds of this kind; one side of the pair may be missing. */
  compareIn?(pair: TablePair, context: CompareContext): readonly Operation[];
}

interface KindInspection<T> {
  call(connection: Connection, options: InspectOptions): Promise<readonly T[]>;
}

interface KindIdentification<T> {
  call(objects: readonly T[], connection: Connection, database: SchemaModel): Promise<readonly T[]>;
}

interface KindCanonicalization<T> {
  call(objects: readonly T[], connection: Connection, context: CanonicalizeContext): Promise<readonly T[]>;
}

/** What else a kind's `canonicalize` may know. */
export interface CanonicalizeContext {
  /** as it was reflected */
  readonly database: SchemaModel;
  /** the models' tables, and objects of the kinds before, in the database's words */
  readonly model: SchemaModel;
  /** says something to the person who generates the revision */
  warn(message: string): void;
}

/** What a comparison may ask. */
export interface CompareContext {
  readonly dialect: Dialect;
  /** all that the models say */
  readonly model: SchemaModel;
  /** the table of a name, on both sides; null where neither has one */
  table(name: QualifiedName): TablePair | null;
  /** an object of another kind, as far as that kind is compared */
  object<T extends SchemaObject>(kind: T['kind'], name: QualifiedName): ObjectPair<T> | null;
  /** whether the type of a column differs, after `compareType` */
  differsInType(pair: ColumnQuestion): boolean;
  /** whether the default of a column differs, after `compareServerDefault` */
  differsInDefault(pair: ColumnQuestion): boolean;
  /** the user's `includeName` and `includeObject`, for what a table holds */
  includes(question: IncludeQuestion): boolean;
  /** says something to the person who generates the revision */
  warn(message: string): void;
}

export interface ColumnQuestion {
  readonly table: TablePair;
  readonly model: Table['columns'][number];
  readonly canonical: Table['columns'][number];
  readonly database: Table['columns'][number];
}

export interface IncludeQuestion {
  /** Alembic's word: `table`, `column`, `index`, `unique_constraint`, `foreign_key_constraint`, … in camelCase */
  readonly type: string;
  readonly name: string | null;
  readonly object: object;
  /** whether the object is the database's */
  readonly reflected: boolean;
  /** the other side of the pair */
  readonly compareTo: object | null;
  readonly table: Table | null;
}
