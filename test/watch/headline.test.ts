import { expect, it } from "vitest";
import type { Story } from "../../src/safety/stories.ts";
import { headlineOf } from "../../src/watch/headline.ts";

const story = (next: string): Story => ({
  root: { id: "x", severity: "warning", subject: "web2", host: "web2", text: "web2 is out", next, evidence: [] },
  severity: "warning",
  consequences: [],
});

const nextOf = (next: string): string | undefined =>
  headlineOf("warning", [story(next)], [], new Map(), () => "drain of web2").next;

it("a host that a procedure is at work on is left to it, which is said once", () => {
  const leave = "leave it to the drain of web2, which is at work there";
  expect(nextOf("leave it to the drain of web2")).toBe(leave);
  expect(nextOf("start it")).toBe(`${leave}; if it is not its doing: start it`);
});

it("what a procedure has taken out is no trouble, and yet not all is well", () => {
  const out: Story = { ...story("leave it"), severity: "info" };
  const beside = (atWork: string | undefined): string => headlineOf("ok", [out], [], new Map(), () => atWork).headline;
  expect(beside("drain of web2")).toBe("nothing wrong beside the drain of web2, which is at work");
  expect(beside(undefined)).toBe("all well");
});
