import type { Dialect } from '../../dialect/dialect.ts';
import type { CompareContext, ObjectKind, ObjectPair } from '../../dialect/object-kind.ts';
import { ArgumentError } from '../../errors.ts';
import { mentionedNames } from '../../operations/mentioned-names.ts';
import type { Operation } from '../../operations/operation.ts';
import { type Domain, domainOf } from '../../schema/domain-object.ts';
import { displayName, keyOf } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { domainsInPlace } from '../extension/in-place.ts';
import { defineObjectKind } from '../object-kind.ts';
import { compareChecks } from './compare-checks.ts';
import { alterDomain, createDomain, dropDomain } from './operations.ts';
import * as postgresql from './postgresql.ts';
import { remakeExpressions } from './remake-expressions.ts';
import type { AlterDomain, CreateDomain, DomainFacts, DropDomain } from './shapes.ts';

/** Domains: what a column's type defines is implied, and compared like anything else; what one only names is somebody else's. */
export const domainKind: ObjectKind<Domain> = defineObjectKind<Domain>({
  kind: 'domain',
  isOptional: true,
  operations: [createDomain, dropDomain, alterDomain],
  derive,
  inspect: { postgresql: postgresql.inspectDomains },
  identify: { postgresql: domainsInPlace },
  canonicalize: {
    postgresql: (domains, connection, { database, warn }) =>
      postgresql.canonicalizeDomains(domains, connection, database, warn),
  },
  compare,
});

/** @throws ArgumentError `BAD_TYPE` for two definitions of one domain. */
function derive(model: SchemaModel, { name: dialect }: Dialect): readonly Domain[] {
  const found = new Map<string, Domain>(model.of<Domain>('domain').map((each) => [keyOf(each), each]));
  for (const type of typesIn(model, dialect)) {
    const domain = domainOf(type);
    if (domain === null) continue;
    const other = found.get(keyOf(domain));
    if (other !== undefined && !deepEqual(other, domain))
      throw new ArgumentError(
        'BAD_TYPE',
        `The models define the domain '${displayName(domain)}' in two ways. Define it once, and use that.`,
      );
    found.set(keyOf(domain), domain);
  }
  return [...found.values()];
}

function compare(
  { model, canonical, database }: ObjectPair<Domain>,
  context: CompareContext,
): readonly Operation[] {
  if (database === null)
    return model === null ? [] : [deepFreeze<CreateDomain>({ kind: 'createDomain', domain: model })];
  if (model === null || canonical === null) return isNamed(database, context) ? [] : [drop(database)];
  const differing = facts.filter((fact) => !deepEqual(canonical[fact], database[fact]));
  const checks = compareChecks({ model, canonical, database });
  const isSame =
    checks.dropChecks.length + checks.addChecks.length + Object.keys(checks.renameChecks).length === 0;
  if (differing.length === 0 && isSame) return [];
  const pick = (from: Domain): Partial<DomainFacts> =>
    Object.fromEntries(differing.map((fact) => [fact, from[fact]]));
  const { name, schema } = model;
  const alter = deepFreeze<AlterDomain>({
    kind: 'alterDomain',
    name,
    schema,
    changes: pick(model),
    existing: pick(database),
    ...checks,
  });
  const remade = differing.includes('type') ? remakeExpressions(database, context) : [];
  const isDrop = ({ kind }: Operation): boolean => kind === 'dropConstraint' || kind === 'dropIndex';
  return [...remade.filter(isDrop), alter, ...remade.filter((each) => !isDrop(each))];
}

const facts: readonly (keyof DomainFacts)[] = ['type', 'collation', 'nullable', 'serverDefault', 'comment'];

/** Whether the models use it, though they don't say what it is. */
function isNamed({ schema, name }: Domain, { model, dialect }: CompareContext): boolean {
  return typesIn(model, dialect.name).some((type) => {
    if (type.name === 'sqlType')
      return mentionedNames(type.text ?? '').some(
        (each) => each.name === name && (each.schema === null || each.schema === schema),
      );
    const isCalled = type.name === 'domain' && type.typeName === name;
    return isCalled && (type.typeSchema === undefined || type.typeSchema === schema || schema === null);
  });
}

/** Every type of the models' columns, those of arrays' elements and what domains are made of among them. */
function typesIn(model: SchemaModel, dialect: string): readonly ColumnType[] {
  const within = (given: ColumnType): readonly ColumnType[] => {
    const type = typeFor(given, dialect);
    const inner = [type.item, type.definition?.type].filter((each) => each !== undefined);
    return [type, ...inner.flatMap(within)];
  };
  return [
    ...model.tables.flatMap(({ columns }) => columns.flatMap(({ type }) => within(type))),
    ...model.of<Domain>('domain').flatMap(({ type }) => within(type)),
  ];
}

function drop(was: Domain): DropDomain {
  const { name, schema } = was;
  return deepFreeze({ kind: 'dropDomain', name, schema, ifExists: false, was });
}
