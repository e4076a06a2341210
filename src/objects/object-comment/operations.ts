import { ArgumentError } from '../../errors.ts';
import { irreversible } from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { key, type Operation } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import {
  type Commented,
  type CommentTarget,
  commentTarget,
  namedComment,
  type ObjectCommentOptions,
} from '../../schema/object-comment.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { onlyPostgresql } from '../only-postgresql.ts';

export interface CommentOn extends Operation, CommentTarget {
  readonly kind: 'commentOn';
  /** null takes it away */
  readonly comment: string | null;
  /** the comment before; absent where it isn't known */
  readonly existing?: string | null;
}

export interface CommentOnOptions extends ObjectCommentOptions {
  /** the comment before, so that the operation can be reversed */
  readonly existing?: string | null;
}

/**
 * `op.commentOn('index', 'ix_users_email', 'for the log-in', { existing: null })`, `op.commentOn('constraint', 'fk_org', null, { table: 'users' })`: of an index, a
 * constraint, one of a domain (`domainConstraint`), an enum (`type`), a schema or the column of a view (PostgreSQL).
 */
export const commentOn: OperationDefinition<
  CommentOn,
  [on: Commented, name: string, comment: string | null, options?: CommentOnOptions],
  never[],
  void
> = defineOperation({
  kind: 'commentOn',
  create: (
    on: Commented,
    name: string,
    comment: string | null,
    options: CommentOnOptions = {},
  ): CommentOn => {
    const { existing, ...rest } = options;
    if (comment !== null && typeof comment !== 'string')
      throw new ArgumentError('BAD_ARGUMENT', `commentOn '${name}': the comment must be a text or null.`);
    return deepFreeze({
      kind: 'commentOn',
      ...commentTarget('commentOn', on, name, rest),
      comment,
      ...(existing !== undefined && { existing }),
    });
  },
  batch: null,
  call: ({ on, target, comment, table, schema, existing }) => {
    const options = {
      ...(table !== null && { table }),
      ...(schema !== null && { schema }),
      ...(existing !== undefined && { existing }),
    };
    return [on, target, comment, ...(Object.keys(options).length === 0 ? [] : [options])];
  },
  batchCall: null,
  reverse: (op): CommentOn => {
    if (op.existing === undefined)
      throw irreversible(
        'commentOn',
        `${op.on} '${op.target}'`,
        'give existing, or write the downgrade by hand.',
      );
    return deepFreeze({ ...op, comment: op.existing, existing: op.comment });
  },
  apply: (op, schema) => {
    const { on, target, table, schema: of, comment } = op;
    const object = namedComment({ on, target, table, schema: of }, comment ?? '');
    if (comment === null) schema.delete('objectComment', object);
    else schema.put(object);
  },
  sql: (op, dialect) => {
    onlyPostgresql(`commentOn ${op.on} '${op.target}'`, dialect);
    const text = op.comment === null ? 'NULL' : dialect.writer.literal(op.comment);
    return [{ sql: `COMMENT ON ${targetSql(op, dialect)} IS ${text}` }];
  },
  // what it is on is there, and goes only when the comment has gone
  destroys: null,
  touches: (op) => (op.comment === null ? { releases: keysOf(op) } : { requires: keysOf(op) }),
});

function targetSql({ on, target, table, schema }: CommentTarget, { writer }: SqlDialect): string {
  const owner = { schema, name: table ?? '' };
  switch (on) {
    case 'index':
      return `INDEX ${writer.name({ schema, name: target })}`;
    case 'type':
      return `TYPE ${writer.name({ schema, name: target })}`;
    case 'schema':
      return `SCHEMA ${writer.quote(target)}`;
    case 'constraint':
      return `CONSTRAINT ${writer.quote(target)} ON ${writer.name(owner)}`;
    case 'domainConstraint':
      return `CONSTRAINT ${writer.quote(target)} ON DOMAIN ${writer.name(owner)}`;
    case 'viewColumn':
      return `COLUMN ${writer.name(owner)}.${writer.quote(target)}`;
  }
}

/** What a comment is on. */
export function keysOf({ on, target, table, schema }: CommentTarget): readonly string[] {
  const owner = { schema, name: table ?? '' };
  switch (on) {
    case 'index':
      return [key('index', { schema, name: target })];
    case 'type':
      return [key('enum', { schema, name: target })];
    case 'schema':
      return [key('schema', { schema: null, name: target })];
    case 'constraint':
      return [key('table', owner), key('constraint', owner, target)];
    case 'domainConstraint':
      return [key('domain', owner)];
    case 'viewColumn':
      return [key('view', owner)];
  }
}
