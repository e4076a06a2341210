import { createCheckConstraint } from './check/operations.ts';
import { addColumn, alterColumn, dropColumn } from './column/operations.ts';
import { createTableComment, dropTableComment } from './comment/operations.ts';
import { dropConstraint } from './constraint/operations.ts';
import { validateConstraint } from './constraint/validate.ts';
import { bulkInsert, execute } from './data/operations.ts';
import { alterDomain, createDomain, dropDomain } from './domain/operations.ts';
import { alterEnum, createEnum, dropEnum, renameEnumValue } from './enum/operations.ts';
import { createExcludeConstraint } from './exclude/operations.ts';
import { alterExtension, createExtension, dropExtension } from './extension/operations.ts';
import { createForeignKey } from './foreign-key/operations.ts';
import { createFunction, dropFunction, replaceFunction } from './function/operations.ts';
import { createIndex, dropIndex } from './index/operations.ts';
import { commentOn } from './object-comment/operations.ts';
import { createPrimaryKey } from './primary-key/operations.ts';
import { createSchema, dropSchema } from './schema/operations.ts';
import { alterSequence, createSequence, dropSequence } from './sequence/operations.ts';
import { alterTableOptions } from './table/alter-options.ts';
import { createTable, dropTable, renameTable } from './table/operations.ts';
import { createTrigger, dropTrigger, replaceTrigger } from './trigger/operations.ts';
import { createUniqueConstraint } from './unique/operations.ts';
import { createView, dropView, refreshMaterializedView, replaceView } from './view/operations.ts';

/** Every operation that is built in: the façade `op` and its types derive from this. */
export const coreDefinitions: CoreDefinitions = {
  createTable,
  dropTable,
  renameTable,
  alterTableOptions,
  createTableComment,
  dropTableComment,
  commentOn,
  addColumn,
  dropColumn,
  alterColumn,
  createIndex,
  dropIndex,
  createPrimaryKey,
  createForeignKey,
  createUniqueConstraint,
  createCheckConstraint,
  createExcludeConstraint,
  dropConstraint,
  validateConstraint,
  createSchema,
  dropSchema,
  createExtension,
  dropExtension,
  alterExtension,
  createEnum,
  dropEnum,
  alterEnum,
  renameEnumValue,
  createDomain,
  dropDomain,
  alterDomain,
  createSequence,
  dropSequence,
  alterSequence,
  createView,
  dropView,
  replaceView,
  refreshMaterializedView,
  createFunction,
  dropFunction,
  replaceFunction,
  createTrigger,
  dropTrigger,
  replaceTrigger,
  execute,
  bulkInsert,
};

export interface CoreDefinitions {
  readonly createTable: typeof createTable;
  readonly dropTable: typeof dropTable;
  readonly renameTable: typeof renameTable;
  readonly alterTableOptions: typeof alterTableOptions;
  readonly createTableComment: typeof createTableComment;
  readonly dropTableComment: typeof dropTableComment;
  readonly commentOn: typeof commentOn;
  readonly addColumn: typeof addColumn;
  readonly dropColumn: typeof dropColumn;
  readonly alterColumn: typeof alterColumn;
  readonly createIndex: typeof createIndex;
  readonly dropIndex: typeof dropIndex;
  readonly createPrimaryKey: typeof createPrimaryKey;
  readonly createForeignKey: typeof createForeignKey;
  readonly createUniqueConstraint: typeof createUniqueConstraint;
  readonly createCheckConstraint: typeof createCheckConstraint;
  readonly createExcludeConstraint: typeof createExcludeConstraint;
  readonly dropConstraint: typeof dropConstraint;
  readonly validateConstraint: typeof validateConstraint;
  readonly createSchema: typeof createSchema;
  readonly dropSchema: typeof dropSchema;
  readonly createExtension: typeof createExtension;
  readonly dropExtension: typeof dropExtension;
  readonly alterExtension: typeof alterExtension;
  readonly createEnum: typeof createEnum;
  readonly dropEnum: typeof dropEnum;
  readonly alterEnum: typeof alterEnum;
  readonly renameEnumValue: typeof renameEnumValue;
  readonly createDomain: typeof createDomain;
  readonly dropDomain: typeof dropDomain;
  readonly alterDomain: typeof alterDomain;
  readonly createSequence: typeof createSequence;
  readonly dropSequence: typeof dropSequence;
  readonly alterSequence: typeof alterSequence;
  readonly createView: typeof createView;
  readonly dropView: typeof dropView;
  readonly replaceView: typeof replaceView;
  readonly refreshMaterializedView: typeof refreshMaterializedView;
  readonly createFunction: typeof createFunction;
  readonly dropFunction: typeof dropFunction;
  readonly replaceFunction: typeof replaceFunction;
  readonly createTrigger: typeof createTrigger;
  readonly dropTrigger: typeof dropTrigger;
  readonly replaceTrigger: typeof replaceTrigger;
  readonly execute: typeof execute;
  readonly bulkInsert: typeof bulkInsert;
}
