export type { Budget, BudgetLimit, Place, RateStore, Turn } from "./budget.js";
export type { AnswerNotes, Judge, JudgedAnswer, Verdict } from "./classify.js";
export type { ClientOptions, ClientParts, FetchClientOptions } from "./client.js";
export { field } from "./classify.js";
export { checkUrl, connect } from "./client.js";
export type { Attempt, Authoriser, Credential, Credentials, CredentialSource } from "./credentials.js";
export { basic, bearer, chooseScheme, headerKey, resolve, setHeader } from "./credentials.js";
export type { Clock } from "./deadline.js";
export type { ErrorCode, ErrorDetails, ErrorGuard, ErrorOf } from "./errors.js";
export { errorGuard, InvError, isInvError } from "./errors.js";
export type { Hooks, RequestEvent, ResponseEvent, RetryEvent, WaitEvent } from "./hooks.js";
export type {
  BodyFacts,
  CallOptions,
  Facts,
  Operation,
  OperationFacts,
  RateLimit,
  Requester,
  Shape,
} from "./operation.js";
export { call } from "./operation.js";
export { writeExact } from "./write-exact.js";
export { createRateStore, unlimitedRates } from "./rate.js";
