import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import type { CommentOn } from '../../../objects/object-comment/operations.ts';
import type { CreateTrigger, DropTrigger, ReplaceTrigger } from '../../../objects/trigger/operations.ts';
import type { ReplaceView } from '../../../objects/view/operations.ts';
import { type Operation, tableOf } from '../../../operations/operation.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import type { Trigger } from '../../../schema/trigger.ts';
import { deepEqual } from '../../../util/deep-equal.ts';
import { cutIdentifier } from '../identifiers.ts';
import type { Attached, DependentView } from './read-dependent-views.ts';

/** What a plan has done so far to what hangs on views, and to triggers: the catalogue, read before it runs, doesn't know of it. */
export class PlannedSoFar {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  /** those that matter here, in their order */
  readonly #done: Operation[] = [];

  constructor(state: PlanState, dialect: Dialect) {
    this.#state = state;
    this.#dialect = dialect;
  }

  /** To be told of each operation, in their order. */
  note(operation: Operation): void {
    if (kinds.has(operation.kind)) this.#done.push(operation);
  }

  /** Whether a trigger of the catalogue is another by now, or gone. */
  isSettled(owner: QualifiedName, name: string): boolean {
    return this.#done.some((each) => {
      const about = aboutTrigger(each);
      return about !== null && about.name === name && isSame(about.owner, owner);
    });
  }

  /** A view of the catalogue as it is by now, but for its query. */
  settled(view: DependentView): DependentView {
    return this.#done.reduce((found, each) => this.after(found, each), view);
  }

  /** A view as an operation leaves it, but for its query; the same object where the operation isn't about the view or what hangs on it. */
  after(view: DependentView, operation: Operation): DependentView {
    const trigger = aboutTrigger(operation);
    if (trigger !== null) {
      if (!isSame(trigger.owner, view)) return view;
      return withAttached(view, 'trigger', trigger.name, trigger.making && this.#sql(trigger.making));
    }
    switch (operation.kind) {
      case 'createIndex': {
        const op = operation as CreateIndex;
        const name = cutIdentifier(op.index.name ?? '');
        return isSame(tableOf(op), view) ? withAttached(view, 'index', name, this.#sql(op)) : view;
      }
      case 'dropIndex': {
        const { schema, name } = operation as DropIndex;
        const found = indexOf(view, { schema, name });
        return found === undefined ? view : withAttached(view, 'index', found.name, null);
      }
      case 'commentOn':
        return this.#commented(view, operation as CommentOn);
      case 'replaceView':
        return isSame((operation as ReplaceView).view, view)
          ? this.#replaced(view, operation as ReplaceView)
          : view;
      default:
        return view;
    }
  }

  #commented(view: DependentView, op: CommentOn): DependentView {
    if (op.on === 'viewColumn' && isSame({ schema: op.schema, name: op.table ?? '' }, view)) {
      const column = cutIdentifier(op.target);
      const others = view.columnComments.filter((each) => each.column !== column);
      const own = op.comment === null ? [] : [{ column, comment: op.comment }];
      return { ...view, columnComments: [...others, ...own] };
    }
    const found = op.on === 'index' ? indexOf(view, { schema: op.schema, name: op.target }) : undefined;
    return found === undefined
      ? view
      : withAttached(view, 'index', found.name, [...found.up, ...this.#sql(op)]);
  }

  /** Its indexes are those of the model; what is said of one that changes stays. */
  #replaced(view: DependentView, { view: made, was }: ReplaceView): DependentView {
    const indexes = made.indexes.map((index): Attached => {
      const name = cutIdentifier(index.name ?? '');
      const there = indexOf(view, { schema: view.schema, name });
      const before = was?.indexes.find((each) => each.name === index.name);
      if (there !== undefined && deepEqual(before, index)) return there;
      const create: CreateIndex = {
        kind: 'createIndex',
        table: made.name,
        schema: made.schema,
        index,
        ifNotExists: false,
      };
      return { kind: 'index', name, up: [...this.#sql(create), ...(there?.up.filter(isSaid) ?? [])] };
    });
    const { materialized, comment } = made;
    const isOther = materialized !== view.materialized;
    return {
      ...view,
      materialized,
      comment,
      attached: [...indexes, ...view.attached.filter(({ kind }) => kind !== 'index' && !isOther)],
      ...(isOther && { columnSettings: [], defaults: [] }),
    };
  }

  #sql(operation: Operation): readonly string[] {
    return this.#state.definitions.sql(operation, this.#dialect).map(({ sql }) => sql);
  }
}

const kinds: ReadonlySet<string> = new Set([
  'createTrigger',
  'replaceTrigger',
  'dropTrigger',
  'createIndex',
  'dropIndex',
  'commentOn',
  'replaceView',
]);

/** The table or view of the trigger that an operation is about, and what makes it; null for other operations. */
function aboutTrigger(
  operation: Operation,
): { readonly owner: QualifiedName; readonly name: string; readonly making: CreateTrigger | null } | null {
  const owner = ({ schema, qualifier }: Pick<Trigger, 'schema' | 'qualifier'>): QualifiedName => ({
    schema,
    name: qualifier,
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

/** With another object of a kind and name, in its place; `up: null` takes it away. */
function withAttached(
  view: DependentView,
  kind: Attached['kind'],
  name: string,
  up: readonly string[] | null,
): DependentView {
  const others = view.attached.filter((each) => each.kind !== kind || each.name !== name);
  return { ...view, attached: up === null ? others : [...others, { kind, name, up }] };
}

function indexOf(view: DependentView, { schema, name }: QualifiedName): Attached | undefined {
  if (schema !== view.schema) return undefined;
  return view.attached.find((each) => each.kind === 'index' && each.name === cutIdentifier(name));
}

/** What says something of an index without being a part of it. */
function isSaid(sql: string): boolean {
  return sql.startsWith('COMMENT ON INDEX ') || / CLUSTER ON /.test(sql);
}

function isSame(a: QualifiedName, b: QualifiedName): boolean {
  return a.schema === b.schema && cutIdentifier(a.name) === cutIdentifier(b.name);
}
