export type {
  CallContext,
  Capabilities,
  ClientHandle,
  Connector,
  Credential,
  InventoryAdapter,
  Lookup,
  Outcome,
  PlannedCall,
} from "./adapter.js";
export { refuseLookup } from "./adapter.js";
export type { Basis, Figure, InventoryLevel, Item, Location, Note, QuantityName } from "./level.js";
export { quantityNames } from "./level.js";
export type { DecimalString, Quantity, UnknownReason } from "./quantity.js";
export { exact, parseDecimal, unknown, unlimited, untracked } from "./quantity.js";
export type { Inventory, InventoryOptions, ReadOptions, ReadResult } from "./read.js";
export { createInventory } from "./read.js";
