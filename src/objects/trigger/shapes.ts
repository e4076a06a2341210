import type { Operation } from '../../operations/operation.ts';
import type { Trigger } from '../../schema/trigger.ts';

export interface CreateTrigger extends Operation {
  readonly kind: 'createTrigger';
  readonly trigger: Trigger;
}

export interface ReplaceTrigger extends Operation {
  readonly kind: 'replaceTrigger';
  readonly trigger: Trigger;
  /** null where it isn't known: then there is no way back */
  readonly was: Trigger | null;
}

export interface DropTrigger extends Operation {
  readonly kind: 'dropTrigger';
  readonly name: string;
  /** of the table */
  readonly schema: string | null;
  /** the table */
  readonly qualifier: string;
  readonly ifExists: boolean;
  readonly was: Trigger | null;
}
