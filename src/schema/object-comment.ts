import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import type { SchemaObject } from './metadata.ts';

/** What can have a comment beside what carries its own (tables, columns, views, sequences …). */
export type Commented = 'index' | 'constraint' | 'domainConstraint' | 'type' | 'schema' | 'viewColumn';

/** What the object is on, which has to be named too. */
const owners: { readonly [On in Commented]: string | null } = {
  index: null,
  constraint: 'table',
  domainConstraint: 'domain',
  type: null,
  schema: null,
  viewColumn: 'view',
};

/** Whose comment it is. */
export interface CommentTarget {
  readonly on: Commented;
  /** of the index, constraint, type or column; of a schema its own name */
  readonly target: string;
  /** the table of a constraint, the domain of a domain's, the view of a column; null for others */
  readonly table: string | null;
  /** null for a schema */
  readonly schema: string | null;
}

/** A comment as an object of its own (PostgreSQL). Its name tells it from others: `constraint orders.orders_pkey`. */
export interface ObjectComment extends SchemaObject, CommentTarget {
  readonly kind: 'objectComment';
  readonly comment: string;
}

export interface ObjectCommentOptions {
  /** of a constraint, the domain of a domain's, or the view of a column */
  readonly table?: string | null;
  readonly schema?: string | null;
}

/**
 * A comment on an index, a constraint (of a domain too), an enum, a schema or the column of a view: `objectComment('index', 'ix_users_email', 'for the log-in')`,
 * `objectComment('constraint', 'fk_org', 'stays empty for guests', { table: 'users' })`. Such comments are compared only where the models hold one.
 *
 * @throws ArgumentError `BAD_ARGUMENT`, `BAD_NAME`, `UNKNOWN_OPTION`.
 */
export function objectComment(
  on: Commented,
  name: string,
  comment: string,
  options: ObjectCommentOptions = {},
): ObjectComment {
  if (typeof comment !== 'string' || comment === '')
    throw new ArgumentError('BAD_ARGUMENT', `objectComment on '${name}': the comment must be a text.`);
  return namedComment(commentTarget('objectComment', on, name, options), comment);
}

/** @throws ArgumentError `BAD_ARGUMENT`, `BAD_NAME`, `UNKNOWN_OPTION`. */
export function commentTarget(
  where: string,
  on: Commented,
  name: string,
  options: ObjectCommentOptions,
): CommentTarget {
  checkOptions(where, options, ['table', 'schema']);
  if (!Object.hasOwn(owners, on))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${where}: ${JSON.stringify(on)} is none of ${Object.keys(owners).join(', ')}.`,
    );
  const { table = null, schema = null } = options;
  const owner = owners[on];
  if ((owner === null) !== (table === null))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      owner !== null
        ? `${where} on ${on} '${name}': name its ${owner}, { table: '…' }.`
        : `${where} on ${on} '${name}': there is no table to name.`,
    );
  return {
    on,
    target: checkName(`${where}: the name`, name),
    table,
    schema: on === 'schema' ? null : schema,
  };
}

/** @internal */
export function namedComment(target: CommentTarget, comment: string): ObjectComment {
  const { on, table, target: name } = target;
  // a name may hold a dot
  const whole = table === null ? name : JSON.stringify([table, name]);
  return deepFreeze({ kind: 'objectComment', ...target, name: `${on} ${whole}`, comment });
}
