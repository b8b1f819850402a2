import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { noteGoesFirst } from "../../src/procedures/carry-lock.ts";
import { openJournal } from "../../src/record/journal.ts";
import { ID } from "./bench.ts";

it("takes the note away before the journal says that it has ended, and not before", async () => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-carry-lock-"));
  const inner = await openJournal(folder, {
    id: ID,
    procedure: "drain",
    subject: "web2",
    cluster: "shop",
    params: {},
    steps: [],
    operator: "alex",
    machine: "bastion",
    pid: 1,
    reason: "a test",
  });
  const phases: string[] = [];
  const journal = noteGoesFirst(inner, { clear: async () => void phases.push((await inner.standing()).phase) });
  try {
    await journal.write({ kind: "stopped", why: "a test" });
    expect(phases).toEqual([]);
    await journal.write({ kind: "closed", result: "done" });
    expect(phases).toEqual(["stopped"]);
    expect(await journal.standing()).toMatchObject({ phase: "closed", result: "done" });
  } finally {
    await journal.close();
    await rm(folder, { recursive: true });
  }
});
