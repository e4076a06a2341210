import type { CallSite } from './call-site.ts';

/** Remembers which call of a step was the first whose own SQL may end its transaction: that it was ended is only seen afterwards. */
export class EndingCalls {
  #first: CallSite | null = null;

  note(sql: string, site: CallSite | undefined): void {
    if (this.#first === null && site !== undefined && endsTransaction.test(sql)) this.#first = site;
  }

  get first(): CallSite | null {
    return this.#first;
  }
}

/** A command of its own; no END, which ends a trigger's body too, and no ROLLBACK TO a savepoint. */
const endsTransaction =
  /(?:^|;)(?:\s|--.*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*(?:commit|abort|rollback(?!\s+(?:work\s+|transaction\s+)?to\b))\b/i;
