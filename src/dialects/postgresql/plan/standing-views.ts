import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AlterColumn, DropColumn } from '../../../objects/column/operations.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { AlterDomain } from '../../../objects/domain/operations.ts';
import type { AlterEnum } from '../../../objects/enum/operations.ts';
import type { CreateView, DropView, ReplaceView } from '../../../objects/view/operations.ts';
import { mentionedNames } from '../../../operations/mentioned-names.ts';
import { type Operation, type Touches, tableOf } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import type { View } from '../../../schema/view.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { cutIdentifier } from '../identifiers.ts';
import { isDomainRebuilt } from './alter-domain.ts';
import { isRebuilt } from './alter-enum.ts';
import { createDependent, dropDependent, hangAgain } from './dependent-view-sql.ts';
import type { PlannedSoFar } from './planned-so-far.ts';
import { type DependentView, type Ground, readDependentViews } from './read-dependent-views.ts';
import type { RemadeFunction } from './remade-functions.ts';

/**
 * The views that stand on what an operation of a plan can't change under them: a column with a new type, one that is dropped, a key, an enum that is made
 * anew, a function that is dropped and made again, a view that is replaced. They are taken down before, readers before what they read, and up again, with their rights, owner, comments, indexes,
 * triggers and rules, as soon as an operation might need them, at the latest at the end of the plan.
 */
export class StandingViews {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  /** those of the plan that need something out of the way */
  readonly #grounds: ReadonlyMap<Operation, Ground>;
  readonly #remade: ReadonlyMap<Operation, RemadeFunction>;
  readonly #planned: PlannedSoFar;
  /** of the database before the plan, when they were first asked for */
  #known: readonly DependentView[] | null = null;
  /** taken down, and not up yet */
  #down: readonly DownView[] = [];
  /** by its id, what a view is since the plan has replaced it */
  readonly #replaced = new Map<string, Pick<DownView, 'reads' | 'create'>>();
  /** names of what operations of the plan have dropped so far, whatever kind they call it */
  readonly #dropped = new Set<string>();

  /** `operations`: all of the plan; `remade`: those that take a function away, and bring one again */
  constructor(
    state: PlanState,
    dialect: Dialect,
    operations: readonly Operation[],
    remade: ReadonlyMap<Operation, RemadeFunction>,
    planned: PlannedSoFar,
  ) {
    this.#state = state;
    this.#dialect = dialect;
    this.#remade = remade;
    this.#planned = planned;
    this.#grounds = new Map(
      operations.flatMap((each, i) => {
        const made = remade.get(each)?.function;
        const ground: Ground | null = made
          ? { kind: 'function', function: made }
          : groundOf(each, () => operations.slice(i + 1), state);
        return ground === null ? [] : [[each, ground]];
      }),
    );
  }

  /** What has to run before an operation. */
  async before(operation: Operation, following: readonly Operation[]): Promise<readonly ViewStatement[]> {
    if (this.#state.connection === null) return [];
    const up = mayNeedViews(operation) ? this.#takeUp([operation, ...following]) : [];
    const standing = this.#grounds.has(operation)
      ? standingOn(await this.#read(), [...this.#grounds.keys()].indexOf(operation)).filter(
          (view) => !this.#dropped.has(keyOf(view)),
        )
      : [];
    for (const name of removedNames(this.#state.definitions.touches(operation)))
      this.#dropped.add(keyOf(name));
    const down = standing
      .filter((view) => !this.#down.some((each) => each.view.id === view.id))
      .map((view) => ({
        view,
        reads: view.reads,
        create: [createDependent(view)],
        operation,
        ...this.#replaced.get(view.id),
      }));
    this.#down = [...this.#down, ...down];
    return [
      ...up,
      ...inOrder(down)
        .toReversed()
        .map(({ view }) => ({ sql: dropDependent(this.#planned.settled(view)) })),
    ];
  }

  /**
   * The statements of an operation about a view that is down, or what hangs on it; null where its own wording is right. One that replaces it says what it will be
   * when it comes up: until then nothing stands on what other operations change.
   */
  wording(operation: Operation): readonly StatementParts[] | null {
    const found = this.#down.find(({ view }) => isAbout(operation, view));
    if (found === undefined) {
      const hangs = ({ view }: DownView): boolean => {
        const settled = this.#planned.settled(view);
        return this.#planned.after(settled, operation) !== settled;
      };
      return this.#down.some(hangs) ? [] : null;
    }
    this.#down = this.#down.filter((each) => each !== found);
    if (operation.kind === 'replaceView') {
      const { view } = operation as ReplaceView;
      const bare: CreateView = { kind: 'createView', view: { ...view, comment: null, indexes: [] } };
      const create = this.#state.definitions.sql(bare, this.#dialect).map(({ sql }) => sql);
      const words = { reads: this.#readBy(view), create };
      this.#replaced.set(found.view.id, words);
      this.#down = [...this.#down, { view: found.view, ...words, operation }];
    }
    return [];
  }

  /** Whether a view is down now. */
  isDown({ schema, name }: QualifiedName): boolean {
    return this.#down.some(({ view }) => view.schema === schema && view.name === name);
  }

  /** What has to run at the end of the plan. */
  finish(): readonly ViewStatement[] {
    return this.#takeUp([]);
  }

  /** Those that no operation of `following` replaces or drops, whose functions don't come again in it, and that read none of those. */
  #takeUp(following: readonly Operation[]): readonly ViewStatement[] {
    const waiting = new Set<string>();
    const sorted = inOrder(this.#down);
    for (const { view, reads, operation } of sorted) {
      const until = this.#remade.get(operation)?.until;
      if (
        following.some((each) => isAbout(each, view) || each === until) ||
        reads.some((id) => waiting.has(id))
      )
        waiting.add(view.id);
    }
    this.#down = sorted.filter(({ view }) => waiting.has(view.id));
    return sorted
      .filter(({ view }) => !waiting.has(view.id))
      .flatMap(({ create, view, operation }) =>
        [...create, ...hangAgain(this.#planned.settled(view))].map((sql) => ({ sql, operation })),
      );
  }

  async #read(): Promise<readonly DependentView[]> {
    const { connection } = this.#state;
    if (this.#known === null && connection !== null)
      this.#known = await readDependentViews(connection, [...this.#grounds.values()]);
    return this.#known ?? [];
  }

  /** ids of the known views that a new query may read */
  #readBy({ query, schema }: View): readonly string[] {
    const names = mentionedNames(query.text);
    const isRead = (view: DependentView): boolean =>
      names.some(
        (name) =>
          name.name === view.name &&
          (name.schema === view.schema || name.schema === null || view.schema === schema),
      );
    return (this.#known ?? []).filter(isRead).map(({ id }) => id);
  }
}

/** A statement about a view, and the operation for which it is, where that isn't the one at hand. */
interface ViewStatement extends StatementParts {
  readonly operation?: Operation;
}

interface DownView {
  readonly view: DependentView;
  /** ids of the views that it will read */
  readonly reads: readonly string[];
  /** what makes it again, before what hung on it */
  readonly create: readonly string[];
  /** for which it was taken down */
  readonly operation: Operation;
}

function groundOf(
  operation: Operation,
  following: () => readonly Operation[],
  state: PlanState,
): Ground | null {
  switch (operation.kind) {
    case 'alterColumn': {
      const op = operation as AlterColumn;
      const isMade = op.changes.type !== undefined || 'computed' in op.changes;
      return isMade ? { kind: 'column', table: tableOf(op), column: cutIdentifier(op.column) } : null;
    }
    case 'dropColumn': {
      const op = operation as DropColumn;
      return { kind: 'column', table: tableOf(op), column: cutIdentifier(op.column) };
    }
    case 'dropConstraint': {
      const op = operation as DropConstraint;
      const mayCarry = op.name !== null && (op.type === null || op.type === 'primaryKey');
      return mayCarry ? { kind: 'constraint', table: tableOf(op), name: cutIdentifier(op.name) } : null;
    }
    case 'alterEnum': {
      const op = operation as AlterEnum;
      return isRebuilt(op, following(), state) ? { kind: 'type', type: op } : null;
    }
    case 'alterDomain': {
      const op = operation as AlterDomain;
      return isDomainRebuilt(op) ? { kind: 'type', type: op } : null;
    }
    case 'replaceView': {
      const { view, was } = operation as ReplaceView;
      const isMade = was === null || !deepEqual({ ...view, comment: null }, { ...was, comment: null });
      return isMade ? { kind: 'view', view } : null;
    }
    default:
      return null;
  }
}

/** Operations on what a table holds can't need a view; of others one never knows. */
function mayNeedViews({ kind }: Operation): boolean {
  return ![
    'addColumn',
    'alterColumn',
    'dropColumn',
    'createCheckConstraint',
    'createForeignKey',
    'createPrimaryKey',
    'createUniqueConstraint',
    'dropConstraint',
    'alterDomain',
    'alterEnum',
    'dropView',
    'replaceView',
  ].includes(kind);
}

function isAbout(operation: Operation, view: DependentView): boolean {
  const name: QualifiedName | null =
    operation.kind === 'replaceView'
      ? (operation as ReplaceView).view
      : operation.kind === 'dropView'
        ? (operation as DropView)
        : null;
  return name !== null && cutIdentifier(name.name) === view.name && name.schema === view.schema;
}

/** What an operation removes: keys that name nothing inside of an object. */
function removedNames({ removes = [] }: Touches): readonly QualifiedName[] {
  return (
    removes
      .map((each) => JSON.parse(each) as readonly [string, string | null, string, ...string[]])
      // a function may be called as a view is
      .filter(([kind, ...name]) => kind !== 'function' && name.length === 2)
      .map(([, schema, name]) => ({ schema, name: cutIdentifier(name) }))
  );
}

/** The views on one ground and their readers. */
function standingOn(known: readonly DependentView[], ground: number): readonly DependentView[] {
  const found = new Set(known.filter(({ grounds }) => grounds.includes(ground)));
  for (const view of found) for (const reader of known) if (reader.reads.includes(view.id)) found.add(reader);
  return [...found];
}

/** What is read before its readers. */
function inOrder(views: readonly DownView[]): readonly DownView[] {
  const byId = new Map(views.map((each) => [each.view.id, each]));
  const sorted = new Set<DownView>();
  const seen = new Set<DownView>();
  const add = (each: DownView): void => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const id of each.reads) {
      const read = byId.get(id);
      if (read !== undefined) add(read);
    }
    sorted.add(each);
  };
  for (const each of views) add(each);
  return [...sorted];
}
