import type { ObjectKind } from '../dialect/object-kind.ts';
import { checkKind } from './check/kind.ts';
import { columnKind } from './column/kind.ts';
import { commentKind } from './comment/kind.ts';
import { domainKind } from './domain/kind.ts';
import { enumKind } from './enum/kind.ts';
import { excludeKind } from './exclude/kind.ts';
import { extensionKind } from './extension/kind.ts';
import { foreignKeyKind } from './foreign-key/kind.ts';
import { functionKind } from './function/kind.ts';
import { indexKind } from './index/kind.ts';
import { objectCommentKind } from './object-comment/kind.ts';
import { primaryKeyKind } from './primary-key/kind.ts';
import { schemaKind } from './schema/kind.ts';
import { sequenceKind } from './sequence/kind.ts';
import { tableKind } from './table/kind.ts';
import { triggerKind } from './trigger/kind.ts';
import { uniqueKind } from './unique/kind.ts';
import { viewKind } from './view/kind.ts';

/** The kinds that are built in, in the order in which their differences are written where nothing else orders them. */
export const coreKinds: readonly ObjectKind[] = [
  schemaKind,
  extensionKind,
  enumKind,
  domainKind,
  sequenceKind,
  tableKind,
  columnKind,
  commentKind,
  primaryKeyKind,
  uniqueKind,
  checkKind,
  excludeKind,
  indexKind,
  foreignKeyKind,
  functionKind,
  viewKind,
  triggerKind,
  objectCommentKind,
];
