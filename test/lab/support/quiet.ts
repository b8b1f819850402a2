import { execa } from "execa";
import { expect } from "vitest";
import { inOneLine } from "./shown.ts";
import type { LabWatch } from "./watch.ts";

/** Visitors for so long, and nobody is told of anything meanwhile: no finding above info, every host as before. */
export const expectQuiet = async ({ watch }: LabWatch, seconds: number): Promise<void> => {
  const raised = new Set<string>();
  const unsubscribe = watch.store.subscribe(({ picture }) => {
    for (const finding of picture.findings) if (finding.severity !== "info") raised.add(inOneLine(finding));
  });
  const options = ["--seconds", String(seconds), "--rate", "20", "--visitors", "60", "--json"];
  const { stdout } = await execa("node", ["lab/main.ts", "traffic", ...options]);
  unsubscribe();
  expect([...raised]).toEqual([]);
  expect(JSON.parse(stdout)).toMatchObject({ requests: expect.any(Number), failed: 0 });
};
