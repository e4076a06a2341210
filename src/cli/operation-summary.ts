/** `addColumn users.age`: what an operation is, and what it is about. */
export function operationSummary(operation: { readonly kind: string }): string {
  const said = operation as { [part: string]: unknown };
  const objects = ['view', 'sequence', 'function', 'trigger', 'enum', 'domain', 'extension', 'target'];
  const words = ['table', ...objects, 'column', 'index', 'constraint', 'name'].flatMap((part) =>
    nameOf(said[part]),
  );
  const [schema = said.schema] = ['table', ...objects].flatMap((part) => schemaOf(said[part]));
  const place = typeof schema === 'string' && words.length > 0 ? [schema, ...words] : words;
  const renamed = typeof said.newName === 'string' ? ` -> ${said.newName}` : '';
  return `${said.kind} ${place.join('.')}`.trimEnd() + renamed;
}

/** Parts are objects of a schema, or names of them. */
function nameOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  const name = (part as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? [name] : [];
}

function schemaOf(part: unknown): readonly string[] {
  const schema = (part as { readonly schema?: unknown } | null | undefined)?.schema;
  return typeof schema === 'string' ? [schema] : [];
}
