import type { DatabaseKind } from '../support/databases.ts';

/** The databases that the scenarios of this directory run on. */
export const kinds: readonly DatabaseKind[] = ['sqlite', 'postgresql'];
