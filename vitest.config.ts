import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // They take minutes of real time: they have a script of their own, `npm run test:crash`.
    exclude: [
      ...(process.env["MILLRACE_CRASH_KILLS"]
        ? []
        : ["test/crash/orders-crash.test.ts", "test/crash/saga-crash.test.ts"]),
      "node_modules/**",
    ],
    setupFiles: ["test/seed-properties.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Generous: they end what hangs, and a starved machine is not a failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

export default config;
