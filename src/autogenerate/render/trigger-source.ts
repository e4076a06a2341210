import type { Trigger } from '../../schema/trigger.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** ``trigger('stamp', 'users', sql`BEFORE UPDATE …`)`` */
export function triggerSource(trigger: Trigger, writer: SourceWriter): Source {
  const { name, qualifier, definition, schema, constraint, enabled, comment } = trigger;
  return writer.call('trigger', [name, qualifier, definition], {
    ...(schema !== null && { schema }),
    ...(constraint && { constraint }),
    ...(enabled !== true && { enabled }),
    ...(comment !== null && { comment }),
  });
}
