import { defineConfig } from "vitest/config";

// Two cores: a few workers, and the slow projects one file at a time so that they do not starve each other.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          testTimeout: 20_000,
          setupFiles: ["test/seed.ts"],
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/{screen,demo,lab}/**"],
        },
      },
      {
        test: {
          name: "screen",
          retry: 1,
          include: ["test/screen/**/*.test.{ts,tsx}"],
          testTimeout: 30_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "demo",
          retry: 1,
          include: ["test/demo/**/*.test.ts"],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "lab",
          // Real daemons on a busy machine: a wait that was too short once is waited for again; what is wrong stays wrong.
          retry: 2,
          include: ["test/lab/*.test.ts"],
          exclude: ["test/lab/quiet.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "lab-long",
          // Every incident breaks and heals the real cluster: twenty minutes and more, by hand.
          include: ["test/lab/incidents.test.ts", "test/lab/quiet.test.ts", "test/lab/long/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
    maxWorkers: 2,
  },
});
