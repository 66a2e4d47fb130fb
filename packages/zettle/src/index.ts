export type { ZettleClient, ZettleOptions } from "./client.js";
export { createZettleClient, isZettleError } from "./client.js";
export type { ZettleCredentials } from "./generated/credentials.js";
export { credentials } from "./generated/credentials.js";
export type { ErrorBodies } from "./generated/errors.js";
export * from "./generated/operations.js";
export type { components, paths } from "./generated/schema.js";
export type { CallOptions, CredentialSource } from "@inv/transport";
export { InvError, isInvError } from "@inv/transport";
