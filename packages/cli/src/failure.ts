import type { ErrorCode, InvError } from "@inv/transport";

/** Stands between a number and its unit, so that no line ends there. */
export const unbroken = "\u00a0";

/** What each error is in a few words. Those of a busy provider say all there is; any other is worth its message too. */
const reasons: Readonly<Record<ErrorCode, (who: string, error: InvError) => string>> = {
  config: (who) => `${who} could not be asked`,
  auth: (who, { status }) => `${who} refused the credentials${status === undefined ? "" : ` (${status})`}`,
  transport: (who) => `${who} cannot be reached`,
  timeout: (who) => `${who} did not answer in time`,
  cancelled: () => "cancelled",
  http: answered,
  "not-found": answered,
  redirect: (who, error) => `${answered(who, error)}, a redirect`,
  "rate-limited": busy,
  server: busy,
  payload: unusable,
  schema: unusable,
  quantity: unusable,
  identity: (who) => `${who} answered about something else`,
  pagination: unusable,
  overloaded: () => "too many requests are waiting",
  spec: (who) => `${who} could not be asked`,
};
const selfEvident: ReadonlySet<ErrorCode> = new Set(["cancelled", "rate-limited", "server"]);

/** Why a lookup was not read, in a few words; `explain` when the error's own message is worth a footnote. */
export function failure(error: InvError, provider: string): { text: string; explain: boolean } {
  return { text: `not read: ${reasons[error.code](provider, error)}`, explain: !selfEvident.has(error.code) };
}

function answered(who: string, { status }: InvError): string {
  return status === undefined ? `${who} failed` : `${who} answered ${status}`;
}

function busy(who: string, error: InvError): string {
  return `${answered(who, error)}, try again ${later(error.retryAfterMs)}`;
}

function unusable(who: string): string {
  return `the answer of ${who} cannot be used`;
}

function later(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return "later";
  const seconds = Math.ceil(retryAfterMs / 1000);
  return seconds < 120 ? `in ${seconds}${unbroken}s` : `in ${Math.ceil(seconds / 60)}${unbroken}min`;
}
