import { defineConfig } from "vitest/config";

// One configuration for every package: each runs it from its own folder. Tests read sources, users read builds.
export default defineConfig({
  resolve: { conditions: ["@inv/source"] },
  ssr: { resolve: { conditions: ["@inv/source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    passWithNoTests: false,
    // Guards against a hang, on machines that are busy with something else too; how long things take is measured elsewhere.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    typecheck: { include: ["test/**/*.test-d.ts"] },
  },
});
