import type { Lookup } from "@inv/core";

import { membersOf, readDocument, resolve } from "./document.ts";
import type { Schema } from "./document.ts";
import { itemsOf, memberOf, textOf } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";

/** A payload as its provider documents it, and lookups that it answers. */
export interface Golden {
  readonly provider: string;
  /** The operation's id and the exchange's name. */
  readonly name: string;
  readonly payload: Node;
  /** What its document says of such a payload. */
  readonly schema: Schema;
  /** Of one call; their account is `acme`. */
  readonly lookups: readonly Lookup[];
}

type Ask = (payload: Node) => readonly Omit<Lookup, "account">[];

const stickers = "d5faa4c8-5ce0-11ec-bf63-0242ac130002";
const giftWrap = "b3d8e2a6-5ce0-11ec-bf63-0242ac130002";
const elsewhere = "00000000-5ce0-11ec-bf63-0242ac130002";

/** For each provider, what to ask so that an answer may be this payload. */
const asks: Readonly<Record<string, readonly Ask[]>> = {
  walleo: [
    (payload) => {
      const inventories = memberOf(payload, "inventories");
      const id = need(textOf(memberOf(memberOf(inventories, "gift_card"), "code")));
      return [{ item: { id } }, ...["25", "50.0", "75"].map((variantId) => ({ item: { id, variantId } }))];
    },
  ],
  fourthwall: [
    (payload) => {
      const id = "00aa4abd-5778-4199-8161-0b49b2f212e5";
      const variants =
        itemsOf(memberOf(payload, "results"))?.map((row) => need(textOf(memberOf(row, "variantId")))) ?? [];
      return [{ item: { id } }, ...[...variants, elsewhere].map((variantId) => ({ item: { id, variantId } }))];
    },
  ],
  augno: [() => [{ item: { id: "it_01HTEA7K2M" } }]],
  zettle: [(payload) => zettleItems(payload), (payload) => atItsLocation(payload)],
  loop: [
    (payload) => {
      const [id, place] = ["product_variant", "location"].map((name) => {
        const node = memberOf(itemsOf(memberOf(payload, name))?.[0], "id");
        return need(node?.type === "number" ? node.token : textOf(node));
      });
      return [{ item: { id: need(id) }, location: { id: need(place) } }];
    },
  ],
};

function zettleItems(payload: Node): readonly Omit<Lookup, "account">[] {
  const rows = itemsOf(memberOf(payload, "variants")) ?? [];
  const listed = rows.flatMap((row) => {
    const id = need(textOf(memberOf(row, "productUuid")));
    const variantId = need(textOf(memberOf(row, "variantUuid")));
    return [{ item: { id } }, { item: { id, variantId } }, { item: { id, variantId: elsewhere } }];
  });
  return [...listed, { item: { id: stickers } }, { item: { id: giftWrap, variantId: elsewhere } }];
}

function atItsLocation(payload: Node): readonly Omit<Lookup, "account">[] {
  const location = { id: need(textOf(memberOf(payload, "locationUuid"))) };
  return zettleItems(payload).map(({ item }) => ({ item, location }));
}

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a golden payload lacks what its lookups are made of");
  return value;
}

/** The payloads of every 2xx exchange of every provider, each once for each way to ask for it. */
export function listGoldens(): readonly Golden[] {
  return Object.entries(asks).flatMap(([provider, ways]) => {
    const document = readDocument(provider);
    const seen = new Set<string>();
    return examplesOf(document).flatMap(({ name, value, schema }) => {
      if (seen.has(JSON.stringify(value))) return [];
      seen.add(JSON.stringify(value));
      return ways.map((ask) => ({
        provider,
        name,
        payload: value,
        schema,
        lookups: ask(value).map((lookup) => Object.assign({ account: "acme" }, lookup)),
      }));
    });
  });
}

interface Example {
  readonly name: string;
  readonly value: Node;
  readonly schema: Schema;
}

function examplesOf(document: Node): Example[] {
  const operations = membersOf(memberOf(document, "paths")).flatMap(([, item]) => membersOf(item));
  return operations.flatMap(([, operation]) => {
    const id = textOf(memberOf(operation, "operationId"));
    const answers = membersOf(memberOf(operation, "responses")).filter(([status]) => status.startsWith("2"));
    return answers.flatMap(([, answer]) => {
      const [media] = membersOf(memberOf(resolve(document, answer), "content"));
      return membersOf(memberOf(media?.[1], "examples")).map(([name, example]) => ({
        name: `${id} ${name}`,
        value: need(memberOf(resolve(document, example), "value")),
        schema: { document, node: need(memberOf(media?.[1], "schema")) },
      }));
    });
  });
}
