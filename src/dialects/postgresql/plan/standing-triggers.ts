import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import { type Operation, tableOf } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import { cutIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { generatedFromSql, triggerAgain } from './made-again.ts';
import type { PlannedSoFar } from './planned-so-far.ts';

/**
 * The triggers that name a column which gets another type (`UPDATE OF`, `WHEN`), or one that is computed from it or otherwise: the server refuses that under them. They are taken down before, and up again after.
 * Policies, rules, publications and functions that name it stand in the way, and nobody can tell what taking them down for a moment would let through.
 */
export class StandingTriggers {
  readonly #state: PlanState;
  readonly #remade: readonly AlterColumn[];
  readonly #planned: PlannedSoFar;
  /** of the database before the plan, by position in `#remade` */
  #known: readonly Dependents[] | null = null;

  /** `operations`: all of the plan */
  constructor(state: PlanState, operations: readonly Operation[], planned: PlannedSoFar) {
    this.#state = state;
    this.#planned = planned;
    this.#remade = operations.filter(isRemade);
  }

  /**
   * What has to run before and after an operation.
   *
   * @throws ArgumentError `BLOCKED_BY_DEPENDENT`.
   */
  async around(
    operation: Operation,
  ): Promise<{ readonly down: readonly StatementParts[]; readonly up: readonly StatementParts[] }> {
    const { connection } = this.#state;
    if (connection === null || !isRemade(operation)) return { down: [], up: [] };
    if (this.#known === null) {
      const [row] = await connection.readCatalogue<{ known: string }>(query(this.#remade));
      this.#known = JSON.parse(row?.known ?? '[]') as readonly Dependents[];
    }
    const { triggers, blockers } = this.#known[this.#remade.indexOf(operation)] ?? {
      triggers: [],
      blockers: [],
    };
    // under a new expression alone, the server may not mind them
    if (blockers.length > 0 && operation.changes.type !== undefined) {
      throw new ArgumentError(
        'BLOCKED_BY_DEPENDENT',
        `Column '${operation.column}' of table '${displayName(tableOf(operation))}' can't get another type under ${blockers.join(', ')}: drop it before with op.execute, and make it again after.`,
        { details: { object: `${displayName(tableOf(operation))}.${operation.column}`, blockers } },
      );
    }
    const standing = triggers.filter(({ name }) => !this.#planned.isSettled(tableOf(operation), name));
    return {
      down: standing.map(({ down }) => ({ sql: down })),
      up: standing.flatMap(({ up }) => up.map((sql) => ({ sql }))),
    };
  }
}

interface Dependents {
  readonly triggers: readonly {
    readonly name: string;
    readonly down: string;
    readonly up: readonly string[];
  }[];
  readonly blockers: readonly string[];
}

/** Whether a column gets another type, or may have to be made anew to be computed otherwise. */
function isRemade(operation: Operation): operation is AlterColumn {
  if (operation.kind !== 'alterColumn') return false;
  const { changes } = operation as AlterColumn;
  return changes.type !== undefined || 'computed' in changes;
}

function query(operations: readonly AlterColumn[]): string {
  const grounds = operations.map(
    (op, i) =>
      `(${i}, to_regclass(${literal(quoteName(tableOf(op)))})::oid, ${literal(cutIdentifier(op.column))})`,
  );
  return `with grounds(place, id, name) as (values ${grounds.join(', ')}), dep as (
  select g.place, d.classid, d.objid, d.objsubid from grounds g
    join pg_attribute own on own.attrelid = g.id and own.attname = g.name and not own.attisdropped
    cross join lateral (select own.attrelid, own.attnum union ${generatedFromSql('select own.attrelid, own.attnum')}) a
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum
)
select json_agg(json_build_object(
  'triggers', (select coalesce(json_agg(json_build_object('name', t.tgname, 'down', format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass), 'up', ${triggerAgain('t')}) order by t.tgname), '[]')
    from pg_trigger t where not t.tgisinternal and t.tgparentid = 0
      and t.oid in (select objid from dep where dep.place = g.place and classid = 'pg_trigger'::regclass)),
  'blockers', (select coalesce(json_agg(distinct pg_describe_object(classid, objid, objsubid)), '[]') from dep
    where dep.place = g.place and (classid in ('pg_policy'::regclass, 'pg_publication_rel'::regclass, 'pg_proc'::regclass)
      or classid = 'pg_rewrite'::regclass and objid in (select r.oid from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relkind not in ('v', 'm'))))
) order by g.place)::text as known from grounds g`;
}
