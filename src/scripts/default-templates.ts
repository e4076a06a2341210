/** The kinds of revision file, by the middle extension of their template: `script.ts.template`. */
export const scriptExtensions = ['ts', 'mts', 'js', 'mjs', 'cjs'] as const;

export type ScriptExtension = (typeof scriptExtensions)[number];

/**
 * The template that `mkdir` writes: with one function a direction, or for several databases with maps of
 * functions by key.
 */
export function defaultTemplate(extension: ScriptExtension, severalDatabases = false): string {
  const typed = extension === 'ts' || extension === 'mts';
  const commonJs = extension === 'cjs';
  const signature = typed ? '(op: Operations): void' : '(op)';
  const header = ['revision', 'downRevision', 'branchLabels', 'dependsOn'].map((name) =>
    commonJs ? `exports.${name} = \${${name}};` : `export const ${name} = \${${name}};`,
  );
  const migration = (name: string) => {
    if (severalDatabases) {
      const start = commonJs ? `exports.${name}s = {` : `export const ${name}s = {`;
      return `${start}\n  \${${name}s}\n};\n`;
    }
    if (commonJs) return `exports.${name} = function ${name}${signature} {\n  \${${name}s}\n};\n`;
    return `export function ${name}${signature} {\n  \${${name}s}\n}\n`;
  };
  return `/** \${message}
 *
 * Revision ID: \${revision}
 * Revises: \${downRevision}
 * Create Date: \${createDate}
 */
\${imports}

${header.join('\n')}

${migration('upgrade')}
${migration('downgrade')}`;
}
