export { bump } from "./bump.js";
export type { Acceptance, BumpOptions, BumpResult } from "./bump.js";
export { largest } from "./change.js";
export type { Bump, Change } from "./change.js";
export { bumpDeclarations } from "./declarations.js";
export type { Declarations } from "./declarations.js";
export { format, formats } from "./format.js";
export type { Format } from "./format.js";
export { BumpError } from "./read.js";
