// Checks what the demo promises, on what it printed: five providers, every kind of quantity, exact ids, one failure.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const { healthy, throttled, down } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { outcomes, complete } = healthy;
const levels = outcomes.flatMap((outcome) => outcome.levels ?? []);
const quantities = levels.flatMap((level) => Object.values(level.quantities)).map(({ quantity }) => quantity);
const found = {
  complete,
  failed: outcomes.filter(({ status }) => status === "failed").length,
  providers: new Set(levels.map(({ provider }) => provider)).size,
  kinds: new Set(quantities.map(({ kind }) => kind)).size,
  decimal: quantities.some(({ value }) => value === "12.375"),
  negative: quantities.some(({ value }) => value === "-3"),
  zero: quantities.some(({ value }) => value === "0"),
  exactId: levels.some(({ item }) => item.id === "653985747439023617"),
  throttledYetRead: throttled.complete,
  notRead: down.outcomes.filter(({ status }) => status === "failed").length,
};
assert.deepEqual(found, {
  complete: false,
  failed: 1,
  providers: 5,
  kinds: 4,
  decimal: true,
  negative: true,
  zero: true,
  exactId: true,
  throttledYetRead: true,
  notRead: 1,
});
console.log(`the demo keeps its promises: ${outcomes.length} outcomes, ${levels.length} levels`);
