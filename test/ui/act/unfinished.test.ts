import { describe, expect, it } from "vitest";
import { replay, type Standing } from "../../../src/record/replay.ts";
import { clockTime } from "../../../src/ui/clock.ts";
import { unfinishedQuestion } from "../../../src/ui/act/unfinished.ts";
import type { ChoiceQuestion } from "../../../src/ui/prompts.ts";
import { allOff, switching } from "../../procedures/bench.ts";

const BEGUN_MS = new Date(2027, 0, 15, 2, 31, 7).getTime();

const procedure = switching(allOff());
const OPENED = {
  kind: "opened",
  atMs: BEGUN_MS,
  v: 1,
  id: "x",
  procedure: "switching",
  subject: "web2",
  cluster: "shop",
  params: {},
  steps: procedure.steps.map(({ id, title }) => ({ id, title })),
  operator: "alex",
  machine: "bastion",
  pid: 7,
  reason: "a test",
};

const cutOff = (): Standing => {
  const standing = replay([JSON.stringify(OPENED)]);
  if (standing === undefined) throw new Error("the opening cannot be read");
  return standing;
};

const bodyOf = ({ body }: ChoiceQuestion): string =>
  body.map((words) => (typeof words === "string" ? words : words.text)).join("\n");

describe("the box about what is unfinished", () => {
  it("says when, not how long ago: what stands still stays true", () => {
    const asked = (nowMs: number): string => bodyOf(unfinishedQuestion(cutOff(), procedure, "", nowMs));
    expect(asked(BEGUN_MS + 3_000)).toContain(`was cut off, at ${clockTime(BEGUN_MS)}.`);
    expect(asked(BEGUN_MS + 86_400_000)).toContain(`was cut off, on 2027-01-15 at ${clockTime(BEGUN_MS)}.`);
  });
});
