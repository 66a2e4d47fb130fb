import { allMembers, allNodes, atOne, figureToken, figuresOf, idsOf, rowsOf, setFigure, wire } from "./draft.ts";
import type { Mutation } from "./draft.ts";
import { cloneTree } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";
import type { Random } from "./random.ts";

/** Members that no document has: an adapter that reads one of them reads the wrong one. */
const foreignNames = [
  "added_later",
  "Quantity",
  "quantity ",
  "Available_Count",
  "availableCount",
  "available-count",
  "Balance",
  "balances",
  "VALUE",
  "ownedQuantity",
  "stock",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "length",
  "0",
  "",
  "$ref",
  "valeur\u00e9",
  "\u{1f9f6}",
  "\u2028",
];

function shuffle(values: unknown[], random: Random): void {
  for (let end = values.length - 1; end > 0; end--) {
    const other = random.below(end + 1);
    [values[end], values[other]] = [values[other], values[end]];
  }
}
/** Another way to write the same number. */
function respell(token: string, random: Random): string {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(token) ?? [];
  if (whole === "") return token;
  const exponent = random.pick(["e", "E", "e+", "E+"]);
  switch (random.below(6)) {
    case 0:
      return `${sign}${whole}.${fraction}${"0".repeat(1 + random.below(3))}`;
    case 1:
      return `${token}${exponent}${"0".repeat(random.below(2))}0`;
    case 2:
      return fraction === "" ? `${token}0${random.pick(["e-", "E-"])}1` : token;
    case 3: {
      const digits = whole + fraction;
      const shift = whole.length - 1;
      const tail = digits.slice(1);
      return whole === "0" ? token : `${sign}${digits.slice(0, 1)}${tail === "" ? "" : `.${tail}`}${exponent}${shift}`;
    }
    case 4:
      return /^0+$/.test(whole + fraction) && sign === "" ? `-${token}` : token;
    default:
      return token;
  }
}

/** Mutations after which a payload is as good as before, by name. */
export const harmlessMutations: Readonly<Record<string, Mutation>> = {
  "white space": {
    label: "preserving",
    apply(draft, random) {
      const space = () => (random.chance(0.5) ? random.pick([" ", "\n", "\t", "\r\n", "  "]) : "");
      draft.style = { ...draft.style, space };
    },
  },
  "key order": {
    label: "preserving",
    apply({ root }, random) {
      for (const node of allNodes(root)) if (node.type === "object") shuffle(node.members, random);
    },
  },
  "unicode escapes": {
    label: "preserving",
    apply(draft, random) {
      const quote = (text: string) =>
        `"${Array.from({ length: text.length }, (_, at) => {
          const code = text.charCodeAt(at);
          const hex = code.toString(16).padStart(4, "0");
          if (random.chance(0.3) || code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
            return `\\u${random.chance(0.5) ? hex.toUpperCase() : hex}`;
          return text[at] === "/" && random.chance(0.5) ? "\\/" : (text[at] ?? "");
        }).join("")}"`;
      draft.style = { ...draft.style, quote };
    },
  },
  "number spelling": {
    label: "preserving",
    apply(draft, random) {
      const ids = new Set(idsOf(draft));
      for (const { name, value } of allMembers(draft.root))
        if (value.type === "number" && !ids.has(value) && name !== "barcode" && random.chance(0.7))
          value.token = respell(value.token, random);
    },
  },
  "zeros at the end": {
    label: "preserving",
    apply(draft, random) {
      for (const { value } of figuresOf(draft))
        if (value.type === "string" && /^-?\d+(?:\.\d+)?$/.test(value.text) && random.chance(0.7))
          value.text += `${value.text.includes(".") ? "" : "."}${"0".repeat(1 + random.below(3))}`;
    },
  },
  "extra fields": {
    label: "preserving",
    apply({ root }, random) {
      const objects = allNodes(root).filter((node) => node.type === "object");
      for (let count = 1 + random.below(3); count > 0; count--)
        atOne(objects, random, (node) => {
          const name = random.pick(foreignNames);
          const value = random.pick<Node>([
            { type: "number", token: "999" },
            { type: "string", text: "999" },
            { type: "number", token: "653985747439023601" },
            { type: "word", word: "null" },
            { type: "object", members: [{ name: "balance", value: { type: "string", text: "999" } }] },
            { type: "array", items: [{ type: "number", token: "1e400" }] },
          ]);
          if (!node.members.some((member) => member.name === name))
            node.members.splice(random.below(node.members.length + 1), 0, { name, value });
        });
    },
  },
  "byte order mark": {
    label: "preserving",
    apply({ bytes }) {
      bytes.push((given) => Uint8Array.of(0xef, 0xbb, 0xbf, ...given));
    },
  },
  "rows in another order": {
    label: "preserving",
    apply: (draft, random) => shuffle(rowsOf(draft), random),
  },
  "a row repeated": {
    label: "preserving",
    apply(draft, random) {
      const rows = rowsOf(draft);
      atOne(rows, random, (row) => rows.splice(random.below(rows.length + 1), 0, cloneTree(row)));
    },
  },
  "a row that nobody asked for": {
    label: "preserving",
    apply(draft, random) {
      const rows = rowsOf(draft);
      const id = { zettle: "variantUuid", fourthwall: "variantId" }[draft.provider];
      atOne(rows, random, (row) => {
        const other = cloneTree(row);
        if (id === undefined || other.type !== "object") return;
        const hex = random
          .below(2 ** 32)
          .toString(16)
          .padStart(8, "0");
        for (const member of other.members) {
          if (member.name === id) member.value = { type: "string", text: `${hex}-1111-4111-8111-111111111111` };
          if (wire[draft.provider]?.figures.includes(member.name) === true)
            setFigure(member, figureToken(draft.provider, random));
        }
        rows.splice(random.below(rows.length + 1), 0, other);
      });
    },
  },
  "UUIDs in capitals": {
    label: "preserving",
    apply(draft, random) {
      if (draft.provider !== "zettle") return;
      for (const id of idsOf(draft)) if (id.type === "string" && random.chance(0.5)) id.text = id.text.toUpperCase();
    },
  },
  "number as text or text as number": {
    label: "preserving",
    apply(draft, random) {
      const swap = (node: Node): Node => {
        if (node.type === "string" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(node.text))
          return { type: "number", token: node.text };
        if (node.type === "number" && !/[eE]/.test(node.token)) return { type: "string", text: node.token };
        return node;
      };
      const tolerant = { zettle: ["balance"], loop: ["id"] }[draft.provider] ?? [];
      for (const member of allMembers(draft.root))
        if (tolerant.includes(member.name) && random.chance(0.7)) member.value = swap(member.value);
    },
  },
  "another figure": {
    label: "changing",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => setFigure(member, figureToken(draft.provider, random))),
  },
  "all figures": {
    label: "changing",
    apply(draft, random) {
      for (const member of figuresOf(draft)) setFigure(member, figureToken(draft.provider, random));
    },
  },
  // Beyond what 32 bits hold: for most providers a figure like any other, and one that a document may forbid.
  "a figure around 32 bits": {
    label: "changing",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) =>
        setFigure(member, random.pick(["2147483647", "2147483648", "4294967295", "4294967296", "9007199254740991"])),
      ),
  },
  "figures swapped": {
    label: "changing",
    apply(draft, random) {
      const figures = figuresOf(draft);
      atOne(figures, random, (one) =>
        atOne(figures, random, (two) => {
          [one.value, two.value] = [two.value, one.value];
        }),
      );
    },
  },
  "a row less": {
    label: "changing",
    apply(draft, random) {
      const rows = rowsOf(draft);
      if (rows.length > 0) rows.splice(random.below(rows.length), 1);
    },
  },
  "a figure that is null": {
    label: "changing",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        member.value = { type: "word", word: "null" };
      }),
  },
};
