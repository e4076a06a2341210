import type { Operation } from '../../operations/operation.ts';
import type { Check } from '../../schema/check.ts';
import type { Domain } from '../../schema/domain-object.ts';
import type { DomainDefinition } from '../../schema/types/column-type.ts';

export interface CreateDomain extends Operation {
  readonly kind: 'createDomain';
  readonly domain: Domain;
}

export interface DropDomain extends Operation {
  readonly kind: 'dropDomain';
  readonly name: string;
  readonly schema: string | null;
  readonly ifExists: boolean;
  readonly was: Domain | null;
}

/** What of a domain is changed as a whole; its checks come and go one by one. */
export type DomainFacts = Omit<DomainDefinition, 'checks'>;

export interface AlterDomain extends Operation {
  readonly kind: 'alterDomain';
  readonly name: string;
  readonly schema: string | null;
  readonly changes: Partial<DomainFacts>;
  readonly existing: Partial<DomainFacts>;
  /** in this order: dropped, renamed, added */
  readonly dropChecks: readonly (Check | string)[];
  readonly renameChecks: { readonly [name: string]: string };
  readonly addChecks: readonly Check[];
  /** the name that it gets at last */
  readonly newName?: string;
}
