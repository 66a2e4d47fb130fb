import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readEffective } from "../pipeline/effective.ts";
import { folderWith } from "./pages.ts";

/** A small repository with a history, removed after the test. */
export interface History {
  readonly root: string;
  readonly git: (...parameters: string[]) => void;
  /** Writes files into the working tree. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Commits the working tree, and tags it where there is a tag. */
  readonly commit: (tag?: string) => void;
}

// What a hook sets would lead git to the repository of the hook.
const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));

/** Begins a history with these files, which are not committed yet. */
export function historyOf(files: Readonly<Record<string, string>>): History {
  const root = folderWith(files);
  const git = (...parameters: string[]) => {
    execFileSync("git", parameters, {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...outside, GIT_CONFIG_GLOBAL: "/dev/null" },
    });
  };
  const isolated = ["-c", "user.name=scratch", "-c", "user.email=scratch@example.com"];
  git("init", "--quiet", "--initial-branch=main");
  return {
    root,
    git,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    commit(tag) {
      git("add", "--all");
      git(...isolated, "commit", "--quiet", "--allow-empty", "--message=scratch");
      if (tag !== undefined) git("tag", tag);
    },
  };
}

/** A small document: reads and writes, enums both ways. */
export const shop = `openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: https://api.shop.example }]
paths:
  /items:
    get:
      operationId: listItems
      parameters:
        - { name: sort, in: query, schema: { type: string, enum: [name, price] } }
      responses:
        "200":
          description: OK
          content: { application/json: { schema: { $ref: "#/components/schemas/Item" } } }
    post:
      operationId: addItem
      requestBody:
        content:
          application/json:
            schema: { type: object, required: [name], properties: { name: { type: string }, note: { type: string } } }
      responses: { "204": { description: Added } }
components:
  schemas:
    Item:
      type: object
      required: [id]
      properties:
        id: { type: string }
        count: { type: integer }
        state: { type: string, enum: [open, sold] }
`;

/** A repository with the provider `shop`, of which nothing is released yet. */
export function shopHistory(): History & { readonly release: (version: string, document?: string) => void } {
  const history = historyOf({ "specs/shop/openapi.yaml": shop });
  return {
    ...history,
    release(version, document = shop) {
      history.write({
        "specs/shop/openapi.yaml": document,
        "packages/shop/package.json": `{ "name": "@inv/shop", "version": "${version}" }\n`,
      });
      history.write({ "packages/shop/openapi.json": readEffective(history.root, "shop").text });
      history.commit(`@inv/shop@${version}`);
    },
  };
}
