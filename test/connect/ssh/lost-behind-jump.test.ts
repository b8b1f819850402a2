import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../../../src/connect/access.ts";
import type { Ask } from "../../../src/connect/command.ts";
import { grantOperator } from "../../../src/connect/grant.ts";
import { askAll, linkWhere, openBed, question, type Bed } from "./bed.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

/** A host whose sshd went away behind a jump host that says only that no more bytes come. */
const goneBehindJump = async () => {
  const [target, bastion] = [await bed.server(), await bed.server({ halfCloses: true })];
  const sessions = bed.open([bed.host("web1", target, { jump: ["bastion"] }), bed.host("bastion", bastion)]);
  await linkWhere(sessions, "web1", "up");
  target.cut();
  // Until the end of the bytes has come through, a question only passes its deadline. Each is another: the same one would
  // wait for what became of it.
  for (let count = 0; count < 6; count += 1) {
    const asked = question(["echo", String(count)], { lane: "own", deadlineMs: 500 });
    if (isLost(await askAll(sessions, "web1", [asked]))) return sessions;
  }
  throw new Error("the connection was never lost");
};

const isLost = ([outcome]: readonly Outcome[]): boolean =>
  outcome?.ok === false && outcome.detail === "web1: the connection was lost";

test.each(["batch", "own"] as const)("a host lost behind a jump host costs its %s questions", async (lane) => {
  const sessions = await goneBehindJump();
  const outcomes = await askAll(
    sessions,
    "web1",
    [1, 2, 3].map(() => question(["true"], { lane, deadlineMs: 500 })),
  );
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ ok: false, reason: "unreachable", detail: "web1: the connection was lost" });
  }
});

test("an order to a host lost behind a jump host settles too", async () => {
  const sessions = await goneBehindJump();
  const given = grantOperator({ name: "shop", role: "operator", source: "a test" }, "alex", "a test");
  if (!given.ok) throw new Error(given.why);
  const order: Ask<"change"> = { ...question(["true"], { lane: "own", deadlineMs: 500 }), effect: "change" };
  expect(await sessions.order("web1", order, given.grant)).toMatchObject({ ok: false, reason: "unreachable" });
});
