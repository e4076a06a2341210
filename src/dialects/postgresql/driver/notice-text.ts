/** The parts of a server's notice that every driver passes on. */
export interface Notice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

export function noticeText({ severity = 'NOTICE', message = '', detail, hint }: Notice): string {
  return [`${severity}: ${message}`, detail, hint].filter(Boolean).join(' ');
}
