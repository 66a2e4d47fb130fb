export { bump } from "./bump.js";
export type { Acceptance, BumpOptions, BumpResult } from "./bump.js";
export type { Bump, Change } from "./change.js";
export { BumpError } from "./read.js";
