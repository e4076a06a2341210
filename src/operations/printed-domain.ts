import { type Check, check } from '../schema/check.ts';
import { sql } from '../schema/sql.ts';
import type { ColumnType, DomainDefinition } from '../schema/types/column-type.ts';
import { readExpression } from './printed-expression.ts';

/** SQL that gives all that PostgreSQL's catalogue says of a domain, `t` in pg_type, as JSON: a {@link PrintedDomain}. */
export const printedDomainSql: string = `SELECT json_build_object('type', format_type(t.typbasetype, t.typtypmod), 'nullable', NOT t.typnotnull,
  'default', pg_get_expr(t.typdefaultbin, 0), 'comment', obj_description(t.oid, 'pg_type'),
  'collation', (SELECT CASE WHEN pg_collation_is_visible(l.oid) THEN l.collname ELSE concat('"', replace(ln.nspname, '"', '""'), '"."', replace(l.collname, '"', '""'), '"') END
    FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace JOIN pg_type b ON b.oid = t.typbasetype
    WHERE l.oid = t.typcollation AND l.oid <> b.typcollation),
  'checks', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'condition', pg_get_expr(k.conbin, 0), 'valid', k.convalidated,
      'comment', obj_description(k.oid, 'pg_constraint')) ORDER BY k.conname), '[]')
    FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))`;

export interface PrintedDomain {
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly comment: string | null;
  readonly collation: string | null;
  readonly checks: readonly {
    readonly name: string;
    readonly condition: string;
    readonly valid: boolean;
    readonly comment: string | null;
  }[];
}

/** What was printed, as data; `readType` reads a type as the catalogue prints it. */
export function readPrintedDomain(
  printed: PrintedDomain,
  readType: (printed: string) => ColumnType,
): DomainDefinition {
  return {
    type: readType(printed.type),
    collation: printed.collation,
    nullable: printed.nullable,
    serverDefault: printed.default === null ? null : sql.raw(readExpression(printed.default)),
    checks: printed.checks.map(readCheck),
    comment: printed.comment,
  };
}

function readCheck({ name, condition, valid }: PrintedDomain['checks'][number]): Check {
  return check(sql.raw(readExpression(condition)), {
    name,
    ...(!valid && { postgresql: { notValid: true } }),
  });
}
