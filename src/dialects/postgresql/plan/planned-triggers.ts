import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { CreateTrigger, DropTrigger, ReplaceTrigger } from '../../../objects/trigger/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import type { Trigger } from '../../../schema/trigger.ts';
import { cutIdentifier, quoteIdentifier } from '../identifiers.ts';

/** What a plan has done to triggers so far: the catalogue, read before it runs, doesn't know of it. */
export class PlannedTriggers {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  /** by table or view and name; null: dropped */
  readonly #known = new Map<string, Map<string, CreateTrigger | null>>();

  constructor(state: PlanState, dialect: Dialect) {
    this.#state = state;
    this.#dialect = dialect;
  }

  /** To be told of each operation, in their order. */
  note(operation: Operation): void {
    const about = aboutTrigger(operation);
    if (about === null) return;
    const owner = keyOf(about.owner);
    const of = this.#known.get(owner) ?? new Map<string, CreateTrigger | null>();
    this.#known.set(owner, of.set(about.name, about.making));
  }

  /** Whether a trigger of the catalogue is another by now, or gone. */
  isSettled(owner: QualifiedName, name: string): boolean {
    return this.#known.get(keyOf(owner))?.has(name) ?? false;
  }

  /** The statements that make the triggers of a table or view again, from those for the catalogue's. */
  settled(owner: QualifiedName, statements: readonly string[]): readonly string[] {
    const of = this.#known.get(keyOf(owner));
    if (of === undefined) return statements;
    const made = [...of.values()].flatMap((making) =>
      making === null ? [] : this.#state.definitions.sql(making, this.#dialect).map(({ sql }) => sql),
    );
    return [...statements.filter((sql) => ![...of.keys()].some((name) => isOfTrigger(sql, name))), ...made];
  }
}

/** The table or view of the trigger that an operation is about; null for other operations. */
export function aboutTrigger(
  operation: Operation,
): { readonly owner: QualifiedName; readonly name: string; readonly making: CreateTrigger | null } | null {
  const owner = ({ schema, qualifier }: Pick<Trigger, 'schema' | 'qualifier'>): QualifiedName => ({
    schema,
    name: cutIdentifier(qualifier),
  });
  if (operation.kind === 'dropTrigger') {
    const op = operation as DropTrigger;
    return { owner: owner(op), name: cutIdentifier(op.name), making: null };
  }
  if (operation.kind !== 'createTrigger' && operation.kind !== 'replaceTrigger') return null;
  const { trigger } = operation as CreateTrigger | ReplaceTrigger;
  return {
    owner: owner(trigger),
    name: cutIdentifier(trigger.name),
    making: { kind: 'createTrigger', trigger },
  };
}

/** Whether a statement of the server's makes the trigger, or says something of it. */
export function isOfTrigger(sql: string, name: string): boolean {
  return [name, quoteIdentifier(name)].some((called) =>
    ['CREATE TRIGGER', 'CREATE CONSTRAINT TRIGGER', 'COMMENT ON TRIGGER'].some((words) =>
      sql.startsWith(`${words} ${called} `),
    ),
  );
}
