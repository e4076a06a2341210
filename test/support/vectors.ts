import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VectorSchema } from './vector-schema.ts';

/** The answers of the real Alembic lie beside the repository, not in it; `ALEMBIC_VECTORS` names another place. */
export const vectorsDirectory: string =
  process.env.ALEMBIC_VECTORS || fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/** Whether they are there. Tests that need them are skipped where they aren't; `.ci/run` refuses that. */
export const hasVectors: boolean = existsSync(join(vectorsDirectory, 'dag-vectors.public.json'));

export type VectorFile =
  | 'dag-vectors.public.json'
  | 'ops-vectors.json'
  | 'autogen-vectors.json'
  | 'random-pairs.public.json';

/** The parsed file, or an empty list where the vectors aren't there. */
export function readVectors<Case>(file: VectorFile): readonly Case[] {
  if (!hasVectors) return [];
  return JSON.parse(readFileSync(join(vectorsDirectory, file), 'utf8')) as readonly Case[];
}

/** A pair of `random-pairs.public.json`. */
export interface RandomPairVector {
  readonly id: string;
  readonly dialect: 'sqlite' | 'postgresql' | 'mariadb';
  readonly mutations: readonly string[];
  readonly A: VectorSchema;
  readonly B: VectorSchema;
  readonly ddlA: readonly string[];
  readonly ddlB: readonly string[];
  readonly alembic: Readonly<Record<string, unknown>>;
}

/** A pair of `autogen-vectors.json`. */
export interface AutogenVector {
  readonly name: string;
  readonly category: string;
  readonly A: VectorSchema;
  readonly B: VectorSchema;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly schemas?: readonly string[];
  readonly results: Readonly<Record<string, AutogenResult>>;
}

export interface AutogenResult {
  readonly verdict: string;
  readonly ddlA: readonly string[];
  readonly ddlB: readonly string[];
  readonly [fact: string]: unknown;
}
