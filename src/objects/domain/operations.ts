import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  type DropOptions,
  dropByName,
  irreversible,
  newNameArgument,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { mayLose } from '../../operations/loss.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Touches } from '../../operations/operation.ts';
import type { Check } from '../../schema/check.ts';
import type { ServerDefault } from '../../schema/default.ts';
import {
  type Domain,
  type DomainOptions,
  domainBase,
  domainChecks,
  domainDefault,
  domainObject,
} from '../../schema/domain-object.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { columnNeeds } from '../column/needs.ts';
import { holdsAll } from '../column/widening.ts';
import { namedTypes } from '../enum/touches.ts';
import { expressionNeeds } from '../expression-needs.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import type { AlterDomain, CreateDomain, DomainFacts, DropDomain } from './shapes.ts';
import { alterStatements, baseType, domainStatements, checkName as nameOf } from './sql.ts';

export interface AlterDomainOptions extends SchemaOption {
  readonly newName?: string;
  /** another type that it is made of: the domain is then made anew, and its columns are moved over */
  readonly type?: ColumnType;
  readonly collation?: string | null;
  readonly nullable?: boolean;
  /** null drops it */
  readonly serverDefault?: ServerDefault | null;
  readonly comment?: string | null;
  /** a check by its name can't be put back by the way down */
  readonly dropChecks?: readonly (Check | string)[];
  /** old name → new name */
  readonly renameChecks?: { readonly [name: string]: string };
  /** with `{ postgresql: { notValid: true } }` values that are there aren't looked at */
  readonly addChecks?: readonly Check[];
  readonly existingType?: ColumnType;
  readonly existingCollation?: string | null;
  readonly existingNullable?: boolean;
  readonly existingServerDefault?: ServerDefault | null;
  readonly existingComment?: string | null;
}

/** ``op.createDomain('positive', integer(), { nullable: false, checks: [check(sql`VALUE > 0`, { name: 'positive_check' })] })`` (PostgreSQL) */
export const createDomain: OperationDefinition<
  CreateDomain,
  [name: string, type: ColumnType, options?: DomainOptions],
  never[],
  void
> = defineOperation({
  kind: 'createDomain',
  create: (name: string, type: ColumnType, options: DomainOptions = {}): CreateDomain =>
    deepFreeze({ kind: 'createDomain', domain: domainObject('createDomain', name, type, options) }),
  batch: null,
  call: ({ domain }) => {
    const { name, type, schema, collation, nullable, serverDefault, checks, comment } = domain;
    const said = { schema, collation, nullable, comment, ...(checks.length > 0 && { checks }) };
    const [options = {}] = optionArguments(said, { nullable: true });
    // false is a default like any other
    const all = { ...(options as object), ...(serverDefault !== null && { serverDefault }) };
    return Object.keys(all).length === 0 ? [name, type] : [name, type, all];
  },
  batchCall: null,
  reverse: ({ domain }): DropDomain => drop(domain),
  apply: ({ domain }, schema) => addObject(schema, domain),
  sql: ({ domain }, dialect) => {
    onlyPostgresql(`createDomain of '${displayName(domain)}'`, dialect);
    const { type, schema } = domain;
    return domainStatements({ ...domain, type: baseType(type, schema) }, dialect);
  },
  destroys: null,
  touches: ({ domain }) => domainTouches(domain),
});

/** `op.dropDomain('positive')`: fails while anything is of it. */
export const dropDomain: OperationDefinition<
  DropDomain,
  [name: string, options?: DropOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropDomain',
  create: (name: string, options?: DropOptions): DropDomain => dropByName('dropDomain', name, options),
  batch: null,
  call: ({ name, schema, ifExists }) => [name, ...optionArguments({ schema, ifExists })],
  batchCall: null,
  reverse: (op): CreateDomain =>
    deepFreeze({
      kind: 'createDomain',
      domain: wasOf(op, `domain '${displayName(op)}'`, "write the downgrade's createDomain by hand."),
    }),
  apply: (op, schema) => dropObject(schema, 'domain', op, op.ifExists),
  sql: (op, dialect) => {
    onlyPostgresql(`dropDomain of '${displayName(op)}'`, dialect);
    return [{ sql: `DROP DOMAIN ${op.ifExists ? 'IF EXISTS ' : ''}${dialect.writer.name(op)}` }];
  },
  destroys: null,
  touches: (op) => {
    if (op.was === null) return { removes: [key('domain', op)] };
    const { provides = [], requires = [] } = domainTouches(op.was);
    return { removes: provides, releases: requires };
  },
});

/**
 * ``op.alterDomain('positive', { nullable: true, existingNullable: false, addChecks: [check(sql`VALUE < 100`, { name: 'small' })], dropChecks: [check(…)] })``.
 * Rows with values that the domain doesn't allow any more fail it. With another type or collation the domain is made anew, and all that stands on it is
 * moved over.
 */
export const alterDomain: OperationDefinition<
  AlterDomain,
  [name: string, options: AlterDomainOptions],
  never[],
  void
> = defineOperation({
  kind: 'alterDomain',
  create: (name: string, options: AlterDomainOptions): AlterDomain => {
    checkOptions('alterDomain', options, [
      ...facts,
      'dropChecks',
      'renameChecks',
      'addChecks',
      ...facts.map(existingName),
      'newName',
      'schema',
    ]);
    const where = `alterDomain of '${checkName('alterDomain: the name', name)}'`;
    const given = options as { readonly [name: string]: unknown };
    const part = (optionOf: (fact: Fact) => string): Partial<DomainFacts> =>
      Object.fromEntries(
        facts
          .filter((fact) => given[optionOf(fact)] !== undefined)
          .map((fact) => [fact, checkFact(where, fact, given[optionOf(fact)])]),
      );
    const { dropChecks = [], renameChecks = {}, addChecks = [] } = options;
    const dropped = { schema: options.schema ?? null, name };
    domainChecks(
      where,
      dropChecks.filter((each) => typeof each !== 'string'),
    );
    for (const each of dropChecks) nameOf(dropped, each);
    for (const each of Object.entries(renameChecks).flat()) checkName(`${where}: a check`, each);
    return deepFreeze({
      kind: 'alterDomain',
      name,
      schema: options.schema ?? null,
      changes: part((fact) => fact),
      existing: part(existingName),
      dropChecks: [...dropChecks],
      renameChecks: { ...renameChecks },
      addChecks: domainChecks(where, addChecks),
      ...newNameArgument('alterDomain', options),
    });
  },
  batch: null,
  call: ({ name, schema, changes, existing, dropChecks, renameChecks, addChecks, newName }) => [
    name,
    {
      ...(newName !== undefined && { newName }),
      ...changes,
      ...(dropChecks.length > 0 && { dropChecks }),
      ...(Object.keys(renameChecks).length > 0 && { renameChecks }),
      ...(addChecks.length > 0 && { addChecks }),
      ...Object.fromEntries(Object.entries(existing).map(([fact, value]) => [existingName(fact), value])),
      ...(schema !== null && { schema }),
    },
  ],
  batchCall: null,
  reverse: (op): AlterDomain => {
    const missing = Object.keys(op.changes).find((fact) => !(fact in op.existing));
    const cannot = (way: string): ArgumentError =>
      irreversible('alterDomain', `domain '${displayName(op)}'`, `${way}, or write the downgrade by hand.`);
    if (missing !== undefined) throw cannot(`give ${existingName(missing)}`);
    const addChecks = op.dropChecks.map((each) => {
      if (typeof each === 'string') throw cannot(`give the check '${each}' as check(…) in dropChecks`);
      return each;
    });
    const unnamed = op.addChecks.find(({ name }) => name === null);
    if (unnamed !== undefined) throw cannot('give the checks of addChecks names');
    const back = Object.keys(op.changes).map((fact) => [fact, op.existing[fact as Fact]] as const);
    return deepFreeze({
      ...op,
      ...(op.newName !== undefined && { name: op.newName, newName: op.name }),
      changes: Object.fromEntries(back),
      existing: { ...op.existing, ...op.changes },
      dropChecks: op.addChecks,
      renameChecks: Object.fromEntries(Object.entries(op.renameChecks).map(([from, to]) => [to, from])),
      addChecks,
    });
  },
  apply: (op, schema) => {
    changeObject<Domain>(schema, 'domain', op, (there) => ({
      ...altered(there, op),
      name: op.newName ?? there.name,
    }));
    if (op.newName !== undefined) renameTypes(schema, op, op.newName);
  },
  sql: (op, dialect) => {
    onlyPostgresql(`alterDomain of '${displayName(op)}'`, dialect);
    if (op.changes.type !== undefined || op.changes.collation !== undefined)
      throw new ArgumentError(
        'UNSUPPORTED_OPERATION',
        `alterDomain of '${displayName(op)}': another type or collation takes a plan over a connection.`,
      );
    return alterStatements(op, dialect);
  },
  destroys: ({ changes, existing, ...op }) =>
    changes.type === undefined || holdsAll(existing.type, changes.type)
      ? null
      : mayLose(`what the new type of domain '${displayName(op)}' can't hold`),
  touches: (op) => {
    const own = key('domain', op);
    const { schema, newName } = op;
    return {
      ...(newName !== undefined && { removes: [own], provides: [key('domain', { schema, name: newName })] }),
      requires: [
        own,
        ...namedTypes(op.changes.type, op.schema),
        ...op.addChecks.flatMap((each) => expressionNeeds(each.condition, op.schema)),
        ...columnNeeds({ serverDefault: op.changes.serverDefault }, op.schema),
      ],
      changes: [own],
      releases: [
        ...(op.changes.type === undefined ? [] : namedTypes(op.existing.type, op.schema)),
        ...op.dropChecks.flatMap((each) =>
          typeof each === 'string' ? [] : expressionNeeds(each.condition, op.schema),
        ),
        ...(op.changes.serverDefault === undefined
          ? []
          : columnNeeds({ serverDefault: op.existing.serverDefault }, op.schema)),
      ].filter((each) => each !== own),
    };
  },
});

/** Columns of a domain, and of arrays of it, follow its name. */
function renameTypes(schema: SchemaModel, from: QualifiedName, to: string): void {
  const renamed = (type: ColumnType): ColumnType => {
    if (type.item !== undefined) return { ...type, item: renamed(type.item) };
    const { name, typeName, typeSchema = from.schema } = type;
    const isSame = name === 'domain' && typeName === from.name && typeSchema === from.schema;
    return isSame ? { ...type, typeName: to } : type;
  };
  for (const table of schema.tables) {
    const columns = table.columns.map((column) => ({ ...column, type: renamed(column.type) }));
    schema.put(deepFreeze({ ...table, columns }));
  }
}

/** The domain as an operation leaves it, but for its name. */
export function altered(there: Domain, op: AlterDomain): Domain {
  const dropped = op.dropChecks.map((each) => nameOf(op, each));
  const kept = there.checks.filter(({ name }) => name === null || !dropped.includes(name));
  const renamed = kept.map((each) => {
    const name = each.name === null ? undefined : op.renameChecks[each.name];
    return name === undefined ? each : { ...each, name };
  });
  return { ...there, ...op.changes, checks: [...renamed, ...op.addChecks] };
}

type Fact = keyof DomainFacts;
const facts: readonly Fact[] = ['type', 'collation', 'nullable', 'serverDefault', 'comment'];

function existingName(fact: string): string {
  return `existing${fact[0]?.toUpperCase()}${fact.slice(1)}`;
}

function checkFact(where: string, fact: Fact, value: unknown): unknown {
  switch (fact) {
    case 'type':
      return domainBase(where, value);
    case 'serverDefault':
      return domainDefault(where, value);
    case 'nullable':
      if (typeof value === 'boolean') return value;
      throw new ArgumentError('BAD_ARGUMENT', `${where}: nullable must be true or false.`);
    default:
      if (value === null || typeof value === 'string') return value;
      throw new ArgumentError('BAD_ARGUMENT', `${where}: ${fact} must be a string, or null.`);
  }
}

function drop(was: Domain): DropDomain {
  const { name, schema } = was;
  return deepFreeze({ kind: 'dropDomain', name, schema, ifExists: false, was });
}

function domainTouches(domain: Domain): Touches {
  const { schema, type, checks, serverDefault } = domain;
  const own = key('domain', domain);
  const requires = [
    ...(schema === null ? [] : [key('schema', { schema: null, name: schema })]),
    ...namedTypes(type, schema),
    ...checks.flatMap(({ condition }) => expressionNeeds(condition, schema)),
    ...columnNeeds({ serverDefault }, schema),
  ];
  return { provides: [own], requires: requires.filter((each) => each !== own) };
}

export type { Domain } from '../../schema/domain-object.ts';
export type { AlterDomain, CreateDomain, DropDomain } from './shapes.ts';
