import { quantityNames } from "@inv/core";
import type { Figure, InventoryLevel, Lookup, QuantityName, ReadResult } from "@inv/core";

const snake: Readonly<Record<QuantityName, string>> = {
  onHand: "on_hand",
  available: "available",
  committed: "committed",
  reserved: "reserved",
  unavailable: "unavailable",
  incoming: "incoming",
  availableToPromise: "available_to_promise",
  short: "short",
};

const header = [
  "account,provider,item_id,variant_id,sku,barcode,name,location_id,location_name,unit".split(","),
  quantityNames.flatMap((name) => [snake[name], `${snake[name]}_state`]),
  "terms,notes,status,complete,error_code,error_message,observed_at,source_updated_at".split(","),
].flat();

/**
 * A table after RFC 4180 with one row per lookup and level; its columns never depend on what was read.
 *
 * A quantity has two columns: the figure, empty unless it is exact, and its state (`exact`, `unlimited`, `untracked`,
 * `unknown: <reason>`; empty when the provider has no notion of it).
 */
export function toCsv(result: ReadResult, providers: ReadonlyMap<string, string>): string {
  const rows = result.outcomes.flatMap((outcome) => {
    if (outcome.status === "ok") return outcome.levels.map((level) => levelRow(level, outcome.complete));
    return [failedRow(outcome.lookup, outcome.error, providers)];
  });
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

function levelRow(level: InventoryLevel, complete: boolean): string[] {
  const { item, location } = level;
  return [
    ...[level.account, level.provider, item.id, item.variantId, item.sku, item.barcode, item.name].map(text),
    ...[location?.id, location?.name, level.unit].map(text),
    ...quantityNames.flatMap((name) => figureCells(level.quantities[name])),
    text(
      Object.entries(level.terms)
        .map(([name, figure]) => `${name}=${figureCells(figure).find((cell) => cell !== "")}`)
        .join("; "),
    ),
    text(level.notes.map(({ code }) => code).join("; ")),
    "ok",
    String(complete),
    "",
    "",
    text(level.observedAt),
    text(level.sourceUpdatedAt),
  ];
}

function failedRow(
  lookup: Lookup,
  error: { code: string; message: string },
  providers: ReadonlyMap<string, string>,
): string[] {
  const { account, item, location } = lookup;
  return [
    ...[account, providers.get(account), item.id, item.variantId, "", "", "", location?.id, "", ""].map(text),
    ...quantityNames.flatMap(() => ["", ""]),
    "",
    "",
    "failed",
    "false",
    error.code,
    text(error.message),
    "",
    "",
  ];
}

function figureCells(figure: Figure | undefined): [value: string, state: string] {
  if (figure === undefined) return ["", ""];
  const { quantity } = figure;
  if (quantity.kind === "exact") return [quantity.value, "exact"];
  return ["", quantity.kind === "unknown" ? `unknown: ${quantity.reason}` : quantity.kind];
}

/** A text that no spreadsheet takes for a formula. */
function text(value: string | undefined): string {
  return value !== undefined && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : (value ?? "");
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
