/**
 * What went wrong, as a closed set. Programs branch on the code, people read the message.
 *
 * `config` (the caller gave something wrong; nothing was sent), `auth`, `transport` (the network), `timeout`,
 * `cancelled`, `http` (a status with no code of its own), `not-found` (the provider says that it has no such thing),
 * `redirect`, `rate-limited`, `server` (5xx), `payload` (an answer that is no usable JSON), `schema` (JSON of the wrong
 * shape), `quantity` (a figure that is none), `identity` (an answer about something else), `pagination`, `overloaded`,
 * `spec`.
 */
export type ErrorCode =
  | "config"
  | "auth"
  | "transport"
  | "timeout"
  | "cancelled"
  | "http"
  | "not-found"
  | "redirect"
  | "rate-limited"
  | "server"
  | "payload"
  | "schema"
  | "quantity"
  | "identity"
  | "pagination"
  | "overloaded"
  | "spec";

/** What an error knows beside code and message. Everything but `body` and `cause` is safe to log. */
export interface ErrorDetails {
  /** Narrows the code, e.g. `rejected` for `auth`, `headers` for `timeout`. */
  readonly kind?: string | undefined;
  readonly provider?: string | undefined;
  /** The operation's name, e.g. `getInventory`. */
  readonly operation?: string | undefined;
  /** The path template, e.g. `/items/{id}`: never an id, a query or a credential. */
  readonly path?: string | undefined;
  /** The HTTP status; absent when there was no answer. */
  readonly status?: number | undefined;
  /** How many requests the call has sent. */
  readonly attempts?: number | undefined;
  /** Whether the same call may succeed later without any change. */
  readonly retryable?: boolean | undefined;
  /** The provider's id of the request, where it sent one. */
  readonly requestId?: string | undefined;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Where in the answer, or in the body that was to be sent, as a JSON pointer. */
  readonly pointer?: string | undefined;
  /** For `redirect`: whether the target has the origin of the request. */
  readonly sameOrigin?: boolean | undefined;
  /** The provider's parsed error body. Never enumerable, so that no logger prints it. */
  readonly body?: unknown;
  readonly cause?: unknown;
}

const brand = Symbol.for("@inv/transport/InvError");

const loggable = [
  "kind",
  "provider",
  "operation",
  "path",
  "status",
  "attempts",
  "retryable",
  "requestId",
  "retryAfterMs",
  "pointer",
  "sameOrigin",
] as const satisfies readonly (keyof ErrorDetails)[];

/**
 * The one error of every `@inv` package.
 *
 * Nothing enumerable on it, and nothing in its message, is a credential, a query, a header or a raw body.
 */
export class InvError extends Error implements ErrorDetails {
  readonly code: ErrorCode;
  declare readonly kind?: string;
  declare readonly provider?: string;
  declare readonly operation?: string;
  declare readonly path?: string;
  declare readonly status?: number;
  declare readonly attempts?: number;
  declare readonly retryable?: boolean;
  declare readonly requestId?: string;
  declare readonly retryAfterMs?: number;
  declare readonly pointer?: string;
  declare readonly sameOrigin?: boolean;
  declare readonly body?: unknown;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    for (const key of loggable) if (details[key] !== undefined) Object.assign(this, { [key]: details[key] });
    Object.defineProperties(this, {
      name: { value: "InvError" },
      body: { value: details.body },
      [brand]: { value: true },
    });
  }

  /** The fields that are safe to log, and the message. */
  toJSON(): Record<string, unknown> {
    const known = loggable.filter((key) => this[key] !== undefined).map((key) => [key, this[key]]);
    return { code: this.code, message: this.message, ...Object.fromEntries(known) };
  }
}

/** The same error, told with more around it. What the error knows already stays. */
export function inContext(error: InvError, message: string, details: ErrorDetails): InvError {
  const { body = details.body, cause = details.cause } = error;
  // oxlint-disable-next-line typescript/no-misused-spread -- its fields are wanted, not its class
  return new InvError(error.code, message, { ...details, ...error, body, cause });
}

/** Whether a value is an `InvError`, also of another installed copy of this package. */
export function isInvError(value: unknown): value is InvError {
  return typeof value === "object" && value !== null && brand in value;
}

/** An error of one operation with one status, its body typed as the document declares it. */
export type ErrorOf<Bodies, Operation extends keyof Bodies, Status extends keyof Bodies[Operation]> = InvError & {
  readonly operation: Operation;
  readonly status: Status;
  readonly body: Bodies[Operation][Status];
};

/** Narrows an error to one operation's answer with one status. */
export type ErrorGuard<Bodies> = <
  Operation extends keyof Bodies & string,
  Status extends keyof Bodies[Operation] & number,
>(
  error: unknown,
  operation: Operation,
  status: Status,
) => error is ErrorOf<Bodies, Operation, Status>;

/** The guard of one provider's client, typed by its document. */
export function errorGuard<Bodies>(provider: string): ErrorGuard<Bodies> {
  return (error, operation, status): error is ErrorOf<Bodies, typeof operation, typeof status> =>
    isInvError(error) && error.provider === provider && error.operation === operation && error.status === status;
}
