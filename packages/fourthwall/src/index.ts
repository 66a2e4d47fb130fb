export type { FourthwallClient, FourthwallOptions } from "./client.js";
export { createFourthwallClient, isFourthwallError } from "./client.js";
export type { FourthwallCredentials } from "./generated/credentials.js";
export { credentials } from "./generated/credentials.js";
export type { ErrorBodies } from "./generated/errors.js";
export * from "./generated/operations.js";
export type { components, paths } from "./generated/schema.js";
export type { CallOptions, CredentialSource } from "@inv/transport";
export { InvError, isInvError } from "@inv/transport";
