import { InvError } from "@inv/transport";
import { expect, it } from "vitest";

import { toCsv } from "../src/csv.js";
import { exact, failed, figure, level, ok, providers, result, story } from "./story.js";

const header =
  "account,provider,item_id,variant_id,sku,barcode,name,location_id,location_name,unit,on_hand,on_hand_state,available,available_state,committed,committed_state,reserved,reserved_state,unavailable,unavailable_state,incoming,incoming_state,available_to_promise,available_to_promise_state,short,short_state,terms,notes,status,complete,error_code,error_message,observed_at,source_updated_at";

it("writes one row per lookup and level below a fixed header", () => {
  const lines = toCsv(story, providers).split("\r\n");
  expect(lines[0]).toBe(header);
  expect(lines[1]).toBe(
    "till,zettle,7f3c2a10-5ce0-11ec-bf63-0242ac130002,8a1d4b52-5ce0-11ec-bf63-0242ac130002,,,,6e5e8d52-5ce0-11ec-bf63-0242ac130002,,,-3,exact,,,,,,,,,,,,,,,,,ok,true,,,2026-11-20T10:00:00.000Z,",
  );
  expect(lines[11]).toBe(
    "cards,walleo,KELPFR,50,,,Kelp & Clay,,,,,,,unlimited,,,,,,,,,,,,,walleo.owned=5; walleo.shared=0,extra-rows,ok,true,,,2026-11-20T10:00:00.000Z,",
  );
  expect(lines).toHaveLength(14);
  const unquoted = lines.slice(0, -1).filter((line) => !line.includes('"'));
  expect(new Set(unquoted.map((line) => line.split(",").length))).toEqual(new Set([34]));
});

it("gives a failed lookup a row with code and message", () => {
  const lookup = { account: "till", item: { id: "a", variantId: "b" }, location: { id: "c" } };
  const [, row] = toCsv(result(failed(lookup, new InvError("timeout", 'said "no", twice'))), providers).split("\r\n");
  expect(row).toBe(`till,zettle,a,b,,,,c,,,${",".repeat(16)},,failed,false,timeout,"said ""no"", twice",,`);
});

it("says for a figure that is none what it is", () => {
  const unknown = { kind: "unknown", reason: "disabled", remedy: "Ask." } as const;
  const quantities = { onHand: figure({ kind: "untracked" }, "t"), available: figure(unknown, "t") };
  const [, row] = toCsv(result(ok(level("shop", { id: "a" }, { quantities }))), providers).split("\r\n");
  expect(row?.split(",").slice(10, 14)).toEqual(["", "untracked", "", "unknown: disabled"]);
});

it.each(["=1+1", "+1", "-1", "@x", "\tx", "\rx"])("L16 keeps a spreadsheet from running the text %j", (name) => {
  const csv = toCsv(result(ok(level("shop", { id: name, name, sku: name }, { unit: name }))), providers);
  expect(csv.match(/,"?[=+\-@\t\r][^\n]/g)).toBeNull();
  expect(csv).toContain(`'${name}`);
});

it("L16 leaves a negative figure a number", () => {
  const quantities = { available: figure(exact("-3"), "t") };
  const [, row] = toCsv(result(ok(level("shop", { id: "a" }, { quantities }))), providers).split("\r\n");
  expect(row?.split(",")[12]).toBe("-3");
});

it("quotes commas, quotes and line breaks", () => {
  const csv = toCsv(result(ok(level("shop", { id: 'a,"b"\nc' }))), providers);
  expect(csv).toContain('shop,fourthwall,"a,""b""\nc",');
});
