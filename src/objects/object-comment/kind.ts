import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import type { ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { keyOf } from '../../schema/names.ts';
import { type CommentTarget, namedComment, type ObjectComment } from '../../schema/object-comment.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { type CommentOn, commentOn, keysOf } from './operations.ts';

/** Comments on what has no place for one in the models: indexes, constraints (of domains too), enums, schemas, columns of views. */
export const objectCommentKind: ObjectKind<ObjectComment> = defineObjectKind<ObjectComment>({
  kind: 'objectComment',
  isOptional: true,
  operations: [commentOn],
  inspect: { postgresql: inspectPostgresql },
  asModels: (found) => {
    for (const each of found.of<ObjectComment>('objectComment'))
      if (isInitial(each)) found.delete('objectComment', each);
  },
  compare: ({ model, database }: ObjectPair<ObjectComment>): readonly Operation[] => {
    const object = model ?? database;
    if (object === null || model?.comment === database?.comment) return [];
    if (model === null && isInitial(object)) return [];
    return [comment(object, database?.comment ?? null, model?.comment ?? null)];
  },
  complete: (operations, { model, database }, touches) => {
    const removed = new Set(operations.flatMap((each) => touches(each).removes ?? []));
    // one that both sides have goes with what it is on, and comes again
    const remade = model
      .of<ObjectComment>('objectComment')
      .filter((each) => keysOf(each).some((key) => removed.has(key)) && database.get('objectComment', each));
    if (remade.length === 0) return operations;
    const keys = new Set(remade.map(keyOf));
    const others = operations.filter(
      (each) => each.kind !== 'commentOn' || !keys.has(keyOf(commentedBy(each as CommentOn))),
    );
    return [
      ...others,
      ...remade.flatMap((each) => [
        comment(each, database.get<ObjectComment>('objectComment', each)?.comment ?? null, null),
        comment(each, null, each.comment),
      ]),
    ];
  },
});

function comment(
  { on, target, table, schema }: CommentTarget,
  existing: string | null,
  made: string | null,
): CommentOn {
  return deepFreeze({ kind: 'commentOn', on, target, table, schema, comment: made, existing });
}

function commentedBy({ on, target, table, schema }: CommentOn): ObjectComment {
  return namedComment({ on, target, table, schema }, '');
}

/** What every database says from the start. */
function isInitial({ on, target, comment }: ObjectComment): boolean {
  return on === 'schema' && target === 'public' && comment === 'standard public schema';
}

async function inspectPostgresql(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly ObjectComment[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const described = (
    catalogue: string,
    fields: string,
    from: string,
    [owner, object]: readonly [catalogue: string, oid: string] = ['pg_class', 'c.oid'],
  ): string =>
    `SELECT ${fields}, d.description AS comment FROM pg_description d ${from}
WHERE d.classoid = 'pg_catalog.${catalogue}'::regclass AND ${condition} AND ${notOfExtension(owner, object)}`;
  const rows = await connection.readCatalogue<CommentTarget & { readonly comment: string }>(
    [
      described(
        'pg_class',
        `'index' AS "on", c.relname::text AS target, NULL::text AS "table", ${label} AS schema`,
        `JOIN pg_class c ON c.oid = d.objoid AND d.objsubid = 0 AND c.relkind IN ('i', 'I') JOIN pg_namespace n ON n.oid = c.relnamespace`,
      ),
      described(
        'pg_constraint',
        `'constraint', k.conname::text, c.relname::text, ${label}`,
        `JOIN pg_constraint k ON k.oid = d.objoid JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace`,
      ),
      described(
        'pg_constraint',
        `'domainConstraint', k.conname::text, t.typname::text, ${label}`,
        `JOIN pg_constraint k ON k.oid = d.objoid JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace`,
        ['pg_type', 't.oid'],
      ),
      described(
        'pg_type',
        `'type', t.typname::text, NULL, ${label}`,
        `JOIN pg_type t ON t.oid = d.objoid AND t.typtype = 'e' JOIN pg_namespace n ON n.oid = t.typnamespace`,
        ['pg_type', 't.oid'],
      ),
      described(
        'pg_namespace',
        `'schema', n.nspname::text, NULL, NULL`,
        'JOIN pg_namespace n ON n.oid = d.objoid',
        ['pg_namespace', 'n.oid'],
      ),
      described(
        'pg_class',
        `'viewColumn', a.attname::text, c.relname::text, ${label}`,
        `JOIN pg_class c ON c.oid = d.objoid AND c.relkind IN ('v', 'm') JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0`,
      ),
    ].join('\nUNION ALL\n') + '\nORDER BY 1, 4, 3, 2',
  );
  return rows.map(({ on, target, table, schema, comment }) =>
    namedComment({ on, target, table, schema }, comment),
  );
}
