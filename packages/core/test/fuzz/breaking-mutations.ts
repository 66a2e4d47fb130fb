import { allMembers, allNodes, atOne, figureToken, figuresOf, idsOf, rowsOf, setFigure, wire } from "./draft.ts";
import type { Mutation } from "./draft.ts";
import { cloneTree, itemsOf, writeTree } from "./json-tree.ts";
import type { Member, Node } from "./json-tree.ts";
import type { Random } from "./random.ts";

const junkTexts = [
  "",
  " ",
  "1e3",
  "12abc",
  "0x10",
  "0b11",
  "1,234",
  "1.234,5",
  "+5",
  " 42 ",
  "42 ",
  "\u0664\u0662",
  "\uff14\uff12",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "-Infinity",
  "-",
  "--5",
  "1_000",
  "00",
  "007",
  "-07",
  "1.",
  ".5",
  "1e",
  "1/2",
  "\u221e",
  "42\u0000",
  "\u200b42",
  "4 2",
  "true",
  "[42]",
  "9".repeat(101),
  `0.${"0".repeat(120)}1`,
];

const junkTokens = [
  "NaN",
  "Infinity",
  "-Infinity",
  ".5",
  "5.",
  "+5",
  "01",
  "-01",
  "0x10",
  "1_000",
  "1e",
  "1e+",
  "--1",
  "undefined",
  "'5'",
  "5n",
  "1.2.3",
  "1e5.5",
  "\uff14\uff12",
  "",
];

const hugeTokens = [
  "1e400",
  "-1e400",
  "1e-400",
  "1e99999999999999999999",
  "1e-99999999999999999999",
  "0e99999999999999999999",
  "1e100",
  "1e21",
  "1e16",
  "123456789012345678901234567890",
  "2147483648",
  "-2147483649",
  "2.147483648e9",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "9007199254740993",
  "9007199254740991.5",
  "0.1",
  "42.5",
  "1e-1",
  "0.30000000000000004",
  "1234567.123456789012",
  `1${"0".repeat(150)}`,
  `0.${"0".repeat(99)}1`,
  `${"9".repeat(400)}e-400`,
];

const enums = [
  "WAREHOUSE2",
  "store",
  "STORE ",
  "SOLD",
  "BIN",
  "SUPPLIER",
  "paused",
  "inactive",
  "UNLIMITED",
  "infinite",
  "Unlimited",
  "unlimited ",
  "-1",
  "",
];

const prototypeNames = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

function deep(levels: number, random: Random): Node {
  return {
    type: "raw",
    text: random.chance(0.5)
      ? `${"[".repeat(levels)}${"]".repeat(levels)}`
      : `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`,
  };
}

/** An id that is nearly the same. */
function nearId(id: string, random: Random): string {
  const swap = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());
  switch (random.below(8)) {
    case 0:
      return swap(id);
    case 1:
      return `${id} `;
    case 2:
      return ` ${id}`;
    case 3:
      return id.slice(0, -1);
    case 4:
      return /^\d+$/.test(id) ? String(Number(id)) : `${id}0`;
    case 5:
      return /^\d+$/.test(id)
        ? String(BigInt(id) + BigInt(random.pick([-1, 1, 2, -2, 16])))
        : id.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10));
    case 6:
      return id.replaceAll("-", "");
    default:
      return `${id}\u0000`;
  }
}

function otherType(node: Node, random: Random): Node {
  const written = writeTree(node);
  return random.pick<Node>([
    { type: "word", word: random.pick(["true", "false", "null"]) },
    { type: "string", text: node.type === "string" ? "" : written },
    { type: "array", items: [node] },
    { type: "object", members: [{ name: "value", value: node }] },
    {
      type: "number",
      token: node.type === "string" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(node.text) ? node.text : "7",
    },
    { type: "array", items: [] },
    { type: "object", members: [] },
  ]);
}

function atArray(root: Node, random: Random, apply: (items: Node[]) => void): void {
  const arrays = allNodes(root).flatMap((node) => (node.type === "array" && node.items.length > 0 ? [node.items] : []));
  atOne(arrays, random, apply);
}

/** Mutations after which anything may be wrong with a payload, by name. */
export const breakingMutations: Readonly<Record<string, Mutation>> = {
  truncated: {
    label: "breaking",
    apply({ bytes }, random) {
      const share = random.below(10_000) / 10_000;
      bytes.push((given) => given.slice(0, Math.floor(given.length * share)));
    },
  },
  "broken off, then another answer": {
    label: "breaking",
    apply(draft, random) {
      draft.torn = { root: cloneTree(draft.root), at: random.below(10_000) / 10_000 };
      for (const member of figuresOf(draft)) {
        const value = member.value;
        const written = value.type === "string" ? value.text : value.type === "number" ? value.token : "0";
        // Of the same length, so that two halves would fit together.
        setFigure(
          member,
          written.replace(/[0-9]/, (digit) => String(((Number(digit) + 1 + random.below(8)) % 9) + 1)),
        );
      }
    },
  },
  "another type": {
    label: "breaking",
    apply: ({ root }, random) =>
      atOne(allMembers(root), random, (member) => {
        member.value = otherType(member.value, random);
      }),
  },
  "another type of figure": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        member.value = otherType(member.value, random);
      }),
  },
  "a field less": {
    label: "breaking",
    apply: ({ root }, random) =>
      atOne(
        allNodes(root).filter((node) => node.type === "object"),
        random,
        (node) => {
          if (node.members.length > 0) node.members.splice(random.below(node.members.length), 1);
        },
      ),
  },
  "no figure": {
    label: "breaking",
    apply(draft, random) {
      const names = wire[draft.provider]?.figures ?? [];
      const objects = allNodes(draft.root).filter(
        (node) => node.type === "object" && node.members.some(({ name }) => names.includes(name)),
      );
      atOne(objects, random, (node) => {
        if (node.type === "object")
          node.members.splice(
            node.members.findIndex(({ name }) => names.includes(name)),
            1,
          );
      });
    },
  },
  "a name changed": {
    label: "breaking",
    apply: ({ root }, random) =>
      atOne(allMembers(root), random, (member) => {
        member.name = random.pick([
          member.name.toUpperCase(),
          `${member.name} `,
          `${member.name}\u0000`,
          member.name.slice(1),
          "",
          "__proto__",
        ]);
      }),
  },
  "a name twice": {
    label: "breaking",
    apply(draft, random) {
      const { root, provider } = draft;
      atOne(
        allNodes(root).filter((node) => node.type === "object" && node.members.length > 0),
        random,
        (node) => {
          if (node.type !== "object") return;
          const member = random.pick(node.members);
          const copy: Member = { name: member.name, value: cloneTree(member.value) };
          if (copy.value.type === "number" || copy.value.type === "string") {
            if (random.chance(0.7)) setFigure(copy, figureToken(provider, random));
          } else if (random.chance(0.5)) copy.value = otherType(copy.value, random);
          node.members.splice(random.below(node.members.length + 1), 0, copy);
        },
      );
    },
  },
  "a figure twice": {
    label: "breaking",
    apply(draft, random) {
      const { provider, root } = draft;
      const names = wire[provider]?.figures ?? [];
      const objects = allNodes(root).flatMap((node) =>
        node.type === "object" && node.members.some(({ name }) => names.includes(name)) ? [node] : [],
      );
      atOne(objects, random, ({ members }) => {
        const member = random.pick(members.filter(({ name }) => names.includes(name)));
        const copy: Member = { name: member.name, value: cloneTree(member.value) };
        setFigure(copy, figureToken(provider, random));
        members.splice(random.below(members.length + 1), 0, copy);
      });
    },
  },
  "no number at all": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        member.value = { type: "raw", text: random.pick(junkTokens) };
      }),
  },
  "an empty text for a figure": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        member.value = { type: "string", text: "" };
      }),
  },
  "junk for a figure": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        member.value = { type: "string", text: random.pick(junkTexts) };
      }),
  },
  "a huge or odd number": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(figuresOf(draft), random, (member) => {
        const token = random.pick(hugeTokens);
        member.value = random.chance(0.2) ? { type: "string", text: token } : { type: "number", token };
      }),
  },
  "a wrong id": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(idsOf(draft), random, (id) => {
        if (id.type === "string") id.text = nearId(id.text, random);
        if (id.type === "number")
          id.token = random.pick([
            `${id.token}.0`,
            `${id.token}e0`,
            String(Number(id.token)),
            String(BigInt(Math.trunc(Number(id.token))) + 1n),
            `-${id.token}`,
            "0",
          ]);
      }),
  },
  "an id of a neighbour": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(idsOf(draft), random, (id) => {
        if (id.type === "string" && /^\d{15,}$/.test(id.text))
          id.text = String(BigInt(id.text) + BigInt(random.pick([-1, 1, 2])));
        if (id.type === "number" && /^\d{15,}$/.test(id.token))
          id.token = String(BigInt(id.token) + BigInt(random.pick([-1, 1, 2])));
      }),
  },
  "an id in another case": {
    label: "breaking",
    apply: (draft, random) =>
      atOne(
        idsOf(draft).filter((id) => id.type === "string" && /[a-z]/i.test(id.text)),
        random,
        (id) => {
          if (id.type === "string")
            id.text = id.text === id.text.toLowerCase() ? id.text.toUpperCase() : id.text.toLowerCase();
        },
      ),
  },
  "an id of another row": {
    label: "breaking",
    apply(draft, random) {
      const ids = idsOf(draft);
      atOne(ids, random, (one) =>
        atOne(ids, random, (two) => {
          if (one.type === "string" && two.type === "string") one.text = two.text;
          if (one.type === "number" && two.type === "number") one.token = two.token;
        }),
      );
    },
  },
  "a row repeated with another figure": {
    label: "breaking",
    apply(draft, random) {
      const rows = rowsOf(draft);
      atOne(rows, random, (row) => {
        const other = cloneTree(row);
        if (other.type !== "object") return;
        for (const member of other.members)
          if (wire[draft.provider]?.figures.includes(member.name) === true)
            setFigure(member, figureToken(draft.provider, random));
        rows.splice(random.below(rows.length + 1), 0, other);
      });
    },
  },
  "an array changed": {
    label: "breaking",
    apply(draft, random) {
      const { root } = draft;
      if (random.chance(0.5)) {
        atArray(root, random, (items) => {
          switch (random.below(4)) {
            case 0:
              items.splice(0);
              break;
            case 1:
              items.push({ type: "word", word: "null" });
              break;
            case 2:
              items.push({ type: "array", items: items.splice(0) });
              break;
            default:
              items.push(...items.map(cloneTree));
          }
        });
        return;
      }
      const arrays = allMembers(root).filter(({ value }) => value.type === "array");
      atOne(arrays, random, (member) => {
        const [first] = itemsOf(member.value) ?? [];
        member.value = random.pick<Node>([
          { type: "word", word: "null" },
          { type: "object", members: [] },
          { type: "string", text: "" },
          first ?? { type: "word", word: "false" },
        ]);
      });
    },
  },
  "nested deeply": {
    label: "breaking",
    apply({ root }, random) {
      const nested = deep(random.pick([60, 65, 70, 300, 2000]), random);
      atOne(allMembers(root), random, (member) => {
        member.value = nested;
      });
    },
  },
  "a name of a prototype": {
    label: "breaking",
    apply(draft, random) {
      const names = wire[draft.provider]?.figures ?? [];
      const objects = allNodes(draft.root).flatMap((node) => (node.type === "object" ? [node] : []));
      const withFigures = objects.filter(({ members }) => members.some(({ name }) => names.includes(name)));
      atOne(random.chance(0.7) ? withFigures : objects, random, ({ members }) => {
        const stolen = members.map(({ name, value }) => ({ name, value: cloneTree(value) }));
        for (const member of stolen)
          if (names.includes(member.name)) setFigure(member, figureToken(draft.provider, random));
        const at = members.findIndex(({ name }) => names.includes(name));
        if (at !== -1 && random.chance(0.7)) members.splice(at, 1);
        const name = random.chance(0.6) ? "__proto__" : random.pick(prototypeNames);
        members.splice(random.below(members.length + 1), 0, { name, value: { type: "object", members: stolen } });
      });
    },
  },
  "another member of an enumeration": {
    label: "breaking",
    apply({ root }, random) {
      const names = ["locationType", "status", "available_amount", "enabled", "object", "type", "abbreviation", "name"];
      atOne(
        allMembers(root).filter(({ name }) => names.some((each) => each === name)),
        random,
        (member) => {
          member.value = random.pick<Node>([
            { type: "string", text: random.pick(enums) },
            { type: "word", word: random.pick(["true", "false", "null"]) },
            { type: "number", token: "1" },
          ]);
        },
      );
    },
  },
  "other counts of rows": {
    label: "breaking",
    apply: ({ root }, random) =>
      atOne(
        allMembers(root).filter(({ name }) => ["total", "totalPages", "size", "page"].includes(name)),
        random,
        (member) => {
          member.value = {
            type: "number",
            token: random.pick(["0", "1", "2", "3", "120", "1e3", "2.0", "2.5", "-1", "2147483648", "1e400"]),
          };
        },
      ),
  },
  "something around it": {
    label: "breaking",
    apply({ text }, random) {
      text.push((given) =>
        random.pick([
          `${given}x`,
          `${given}${given}`,
          `${given}\n${given}`,
          `)]}',\n${given}`,
          `${given};`,
          `[${given}]`,
          `{"data":${given}}`,
          `${given}\u0000`,
          `\ufeff\ufeff${given}`,
          `/* */${given}`,
        ]),
      );
    },
  },
  "something else": {
    label: "breaking",
    apply(draft, random) {
      draft.root = {
        type: "raw",
        text: random.pick([
          "null",
          "0",
          "42",
          '""',
          '"42"',
          "[]",
          "{}",
          "true",
          "",
          " ",
          "<html></html>",
          "[null]",
          '{"error":{"code":"x"}}',
          '{"code":"404"}',
          '{"errors":[],"status":"not_found"}',
        ]),
      };
    },
  },
  "a character changed": {
    label: "breaking",
    apply({ text }, random) {
      text.push((given) => {
        const at = random.below(given.length + 1);
        const char = random.pick(['0123456789.eE+-",:{}[]\\ntu '.split(""), ""].flat());
        return given.slice(0, at) + char + given.slice(at + random.below(2));
      });
    },
  },
  "a digit changed": {
    label: "breaking",
    apply({ text }, random) {
      text.push((given) => {
        const digits = [...given.matchAll(/\d/g)].map(({ index }) => index);
        if (digits.length === 0) return given;
        const at = random.pick(digits);
        return (
          given.slice(0, at) +
          random.pick(["0123456789".split(""), "", "00", ".", "e1", "-1"].flat()) +
          given.slice(at + 1)
        );
      });
    },
  },
  "a byte changed": {
    label: "breaking",
    apply({ bytes }, random) {
      bytes.push((given) => {
        const changed = given.slice();
        if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
        return changed;
      });
    },
  },
};
