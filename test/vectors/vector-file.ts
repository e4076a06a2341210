import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of recorded answers: beside the repository, or where `ALEMBIC_VECTORS` says. */
export const vectorFolder: string =
  process.env.ALEMBIC_VECTORS ?? resolve(import.meta.dirname, '../../../shared/vectors');

/** Whether to go without the vectors: only where they are absent and `ALEMBIC_VECTORS_OPTIONAL=1` allows it. */
export function vectorsMayBeMissing(file: string): boolean {
  return process.env.ALEMBIC_VECTORS_OPTIONAL === '1' && !existsSync(join(vectorFolder, file));
}

/** Reads a file of vectors; where it is absent the error says what to do. */
export function readVectors<Vector>(file: string): Vector[] {
  const path = join(vectorFolder, file);
  if (!existsSync(path)) {
    throw new Error(
      `${path} is absent. Put the folder of vectors beside the repository, name it in ALEMBIC_VECTORS, or set ALEMBIC_VECTORS_OPTIONAL=1 to skip these tests.`,
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Vector[];
}
