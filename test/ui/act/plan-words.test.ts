import { describe, expect, it } from "vitest";
import type { Action, Procedure, Step } from "../../../src/procedures/procedure.ts";
import { planWords, undoWords } from "../../../src/ui/act/plan-words.ts";
import { allOff, flip, switching } from "../../procedures/bench.ts";

const bench = switching(allOff());
const LONG = "x".repeat(120);

const action = (target: string, line: string, isUndone = true): Action => ({
  id: `${target} ${line}`,
  target,
  ask: flip(line, true),
  ...(isUndone ? { undo: flip(line, false) } : {}),
  already: () => false,
});

const step = (title: string, ...actions: readonly Action[]): Step => ({
  id: title,
  title,
  why: "",
  before: [],
  actions,
  after: [],
  stays: "",
});

const planOf = (...steps: readonly Step[]): Procedure => ({ ...bench, subject: "shop", steps });

const said = (procedure: Procedure): readonly string[] =>
  planWords(procedure).map((words) => (typeof words === "string" ? words : words.text));

const onHost = (host: string): readonly Step[] => [
  step(`may ${host} be taken out`),
  step(`${host}: stop`, action(host, `stop unit-${host}.service described_as_${host}`)),
  step(`${host}: start`, action(host, "start", false)),
];

describe("what is sent, before it is sent", () => {
  it("steps that differ in their host's name alone are told once", () => {
    expect(said(planOf(...onHost("web2"), ...onHost("web3")))).toEqual([
      "- may web2 be taken out",
      "- web2: stop:",
      "web2  stop unit-web2.service described_as_web2 true",
      "- web2: start:",
      "web2  start true (stays)",
      "- web3, 3 steps: the same as for web2, 2 commands",
    ]);
  });

  it("a step of another host that sends anything else is told in full", () => {
    const other = step("web3: stop", action("web3", "stop unit-web3.service now"));
    expect(said(planOf(...onHost("web2"), other, ...onHost("web3").slice(2)))).toEqual(
      expect.arrayContaining([
        "- web3: stop:",
        "web3  stop unit-web3.service now true",
        "- web3: start: the same as for web2, 1 command",
      ]),
    );
  });

  it("and so is one that sends the same, of which something cannot be taken back", () => {
    const stays = step("web3: stop", action("web3", "stop unit-web3.service described_as_web3", false));
    expect(said(planOf(...onHost("web2"), stays))).toContain(
      "web3  stop unit-web3.service described_as_web3 true (stays)",
    );
  });

  it("a long command that comes again is told in full once, with how often", () => {
    const words = said(planOf(step("first", action("lb1", LONG)), step("second", action("lb1", LONG))));
    expect(words[1]).toBe(`lb1  ${LONG} true (2× in all)`);
    expect(words[3]).toMatch(/^lb1 {2}x+… \(as above\)$/);
  });

  it("says how many cannot be taken back, and how to tell them", () => {
    expect(undoWords(planOf(...onHost("web2")))).toMatchObject({
      text: "Undo: u takes back what was sent, the last first; 1 of 2 commands cannot be taken back: in the list they end in (stays)",
    });
    expect(undoWords(bench)).toMatchObject({ text: "Undo: u takes back what was sent, the last first" });
  });
});
