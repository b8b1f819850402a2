import { stat } from "node:fs/promises";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { labDirs } from "../../lab/dirs.ts";
import { clusterIn } from "../contract/ask-everything.ts";
import { contractSuite } from "../contract/suite.ts";

const possible = process.getuid?.() === 0 && (await stat("/etc/debian_version").catch(() => undefined)) !== undefined;
if (!possible) console.warn("SKIPPED: the contract on the lab needs root on Debian or Ubuntu");

// The same contract as test/demo/contract.test.ts, on the real daemons: what both keep to, the rooms may rely on.
describe.runIf(possible)("the contract", () => {
  contractSuite("the lab", async () => {
    for (const step of ["up", "reset"]) {
      const { exitCode, all } = await execa("node", ["lab/main.ts", step], { reject: false, all: true });
      expect({ step, exitCode, all }).toMatchObject({ exitCode: 0 });
    }
    return clusterIn(labDirs(process.env).inventory);
  });
});
