import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { agreeToUnseen } from "../../../src/commands/journal-unseen.ts";
import { unseenText } from "../../../src/procedures/user/unseen.ts";
import { allOff, switching } from "../bench.ts";

const TEXT = "name: own\ntitle: \u001b[2Jown\n";

it("a procedure that came with a note is unseen, unless a file here has it word for word", async () => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-unseen-"));
  const inventory = join(folder, "inventory.yaml");
  const noted = { procedure: "own", params: { source: TEXT }, adopted: true } as const;
  expect(await unseenText(noted, inventory)).toBe(TEXT);
  await mkdir(join(folder, "procedures"));
  await writeFile(join(folder, "procedures", "own.yaml"), `${TEXT}# another\n`);
  expect(await unseenText(noted, inventory)).toBe(TEXT);
  await writeFile(join(folder, "procedures", "own.yaml"), TEXT);
  expect(await unseenText(noted, inventory)).toBeUndefined();
  expect(await unseenText({ ...noted, params: { source: "name: other" } }, inventory)).toBe("name: other");
  const { adopted: _, ...begunHere } = noted;
  expect(await unseenText({ ...begunHere, params: { source: "name: other" } }, inventory)).toBeUndefined();
  expect(await unseenText({ procedure: "drain", params: {}, adopted: true }, inventory)).toBeUndefined();
});

it("what is unseen is shown whole and harmless, and not sent where nobody sits who could agree", async () => {
  const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await expect(agreeToUnseen(switching(allOff()), TEXT)).rejects.toThrow(/nothing was sent/);
    const shown = print.mock.calls.map(([text]) => String(text)).join("");
    expect(shown).toContain("  | title: ␛[2Jown");
    expect(shown).toContain("sends  lb1: a true");
  } finally {
    print.mockRestore();
  }
});
