import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import type { SchemaObject } from './metadata.ts';

/** An extension of the server's. A database has one of a name, whatever schema its objects are in: that is no part of its name. */
export interface Extension extends SchemaObject {
  readonly kind: 'extension';
  readonly schema: null;
  /** where its objects are; null: wherever the server puts them */
  readonly inSchema: string | null;
  /** null: whichever is there, the server's default when it is made */
  readonly version: string | null;
}

export interface ExtensionOptions {
  readonly schema?: string | null;
  readonly version?: string | null;
}

export const extensionOptionNames: readonly string[] = ['schema', 'version'];

/**
 * An extension (PostgreSQL): `extension('citext')`, `extension('hstore', { schema: 'extensions', version: '1.8' })`. Schema and version are compared only where
 * they are said.
 *
 * @throws ArgumentError `BAD_NAME`, `UNKNOWN_OPTION`.
 */
export function extension(name: string, options: ExtensionOptions = {}): Extension {
  checkOptions('extension', options, extensionOptionNames);
  const { schema = null, version = null } = options;
  return deepFreeze({
    kind: 'extension',
    name: checkName('extension: the name', name),
    schema: null,
    inSchema: schema === null ? null : checkName('extension: the schema', schema),
    version: version === null ? null : checkName('extension: the version', version),
  });
}
