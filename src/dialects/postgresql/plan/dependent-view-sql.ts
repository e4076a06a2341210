import { sql } from '../../../schema/sql.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { readStorage } from '../options.ts';
import { createViewSql } from '../writer/view-sql.ts';
import type { DependentView, Right } from './read-dependent-views.ts';

export function dropDependent(view: DependentView): string {
  return `DROP ${typeOf(view)} ${quoteName(view)}`;
}

/** What makes a view of the catalogue anew. */
export function createDependent(view: DependentView): string {
  const { materialized, method, tablespace, populated } = view;
  const stored = readStorage(view.storage);
  return createViewSql({
    kind: 'view',
    schema: view.schema,
    name: view.name,
    query: sql.raw(view.query.trim().replace(/;$/, '')),
    columns: null,
    materialized,
    indexes: [],
    comment: null,
    options: {
      postgresql: {
        ...(stored && { with: stored }),
        ...(method !== null && { using: method }),
        ...(tablespace !== null && { tablespace }),
        ...(materialized && !populated && { withData: false }),
      },
    },
  });
}

/** What makes again all that hung on a view, and is said of it; last, so that its owner can be another. */
export function hangAgain(view: DependentView): readonly string[] {
  const { comment, attached } = view;
  return [
    ...(comment === null ? [] : [`COMMENT ON ${typeOf(view)} ${quoteName(view)} IS ${literal(comment)}`]),
    ...attached.flatMap(({ up }) => up),
    ...restore(view),
  ];
}

/** What belongs to a view without being its definition: rights, owner, and what is said of its columns, as far as they are still there. */
function restore(view: DependentView): readonly string[] {
  const name = quoteName(view);
  const ofColumns: readonly (readonly [column: string, statement: string])[] = [
    ...view.columnComments.map(
      ({ column, comment }) =>
        [column, `COMMENT ON COLUMN ${name}.${quoteIdentifier(column)} IS ${literal(comment)}`] as const,
    ),
    ...view.defaults.map(
      ({ column, expression }) =>
        [
          column,
          `ALTER VIEW ${name} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT ${expression}`,
        ] as const,
    ),
    ...view.columnSettings.map(
      ({ column, setting }) =>
        [column, `ALTER ${typeOf(view)} ${name} ALTER COLUMN ${quoteIdentifier(column)} ${setting}`] as const,
    ),
    ...(view.rights ?? []).flatMap((right) =>
      right.column === null ? [] : [[right.column, grant(view, right)] as const],
    ),
  ];
  return [
    ...rights(view),
    ...ofColumns.map(([column, statement]) => whereColumn(view, column, statement)),
    // last: what it owns, the connection's user may not be able to change any more
    ...(view.owner === null ? [] : [`ALTER ${typeOf(view)} ${name} OWNER TO ${quoteIdentifier(view.owner)}`]),
  ];
}

/** Exactly those of before: also what the owner took from itself, and not what default privileges give to a new view. */
function rights(view: DependentView): readonly string[] {
  if (view.rights === null) return [];
  const name = quoteName(view);
  const ofView = view.rights.filter(({ column }) => column === null);
  return [
    block(`DECLARE grantee text; BEGIN
  FOR grantee IN SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
    FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x WHERE c.oid = ${literal(name)}::regclass
  LOOP EXECUTE 'REVOKE ALL ON ' || ${literal(name)} || ' FROM ' || grantee; END LOOP;
END`),
    ...ofView.map((right) => grant(view, right)),
  ];
}

function grant(view: DependentView, { column, to, privilege, grantable }: Right): string {
  const of = column === null ? '' : ` (${quoteIdentifier(column)})`;
  const whom = to === null ? 'PUBLIC' : quoteIdentifier(to);
  return `GRANT ${privilege}${of} ON ${quoteName(view)} TO ${whom}${grantable ? ' WITH GRANT OPTION' : ''}`;
}

/** A view that was replaced may have lost a column. */
function whereColumn(view: DependentView, column: string, statement: string): string {
  const there = `SELECT FROM pg_attribute WHERE attrelid = ${literal(quoteName(view))}::regclass AND attname = ${literal(column)} AND NOT attisdropped`;
  return block(`BEGIN IF EXISTS (${there}) THEN EXECUTE ${literal(statement)}; END IF; END`);
}

function block(body: string): string {
  return `DO ${literal(body)}`;
}

function typeOf({ materialized }: DependentView): string {
  return materialized ? 'MATERIALIZED VIEW' : 'VIEW';
}
