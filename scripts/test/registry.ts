import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A package registry on this machine. */
export interface Registry {
  readonly url: string;
  /** What makes npm and pnpm ask this registry and no other, in the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A registry that is empty, knows no other one and lets everybody publish; its files go into `folder`. */
export async function withRegistry<T>(folder: string, use: (registry: Registry) => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const everybody = { access: "$all", publish: "$all", unpublish: "$all" };
  const server: Server = await runServer({
    storage: join(folder, "storage"),
    self_path: folder,
    auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: -1 } },
    packages: { "**": everybody },
    uplinks: {},
    log: { type: "stdout", level: "fatal" },
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const address = server.address();
    const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const userconfig = join(folder, "npmrc");
    // npm does not publish without a token, whatever it is.
    writeFileSync(userconfig, `registry=http://${host}/\n//${host}/:_authToken=local\n`);
    return await use({
      url: `http://${host}/`,
      environment: { NPM_CONFIG_USERCONFIG: userconfig, NPM_CONFIG_CACHE: join(folder, "cache") },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The folders, in pnpm's store, of all that a package of the workspace needs from elsewhere, each once. */
export function listForeign(folder: string, found = new Set<string>()): ReadonlySet<string> {
  const { name, dependencies } = manifestOf(folder);
  const isStored = folder.includes(join("node_modules", ".pnpm"));
  const siblings = isStored ? join(folder, ...name.split("/").map(() => "..")) : join(folder, "node_modules");
  for (const dependency of Object.keys(dependencies ?? {})) {
    const target = realpathSync(join(siblings, dependency));
    if (found.has(target)) continue;
    if (target.includes(join("node_modules", ".pnpm"))) found.add(target);
    listForeign(target, found);
  }
  return found;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
