import { afterEach, beforeEach, expect, test } from "vitest";
import type { Ask } from "../../../src/connect/command.ts";
import { grantOperator } from "../../../src/connect/grant.ts";
import { askAll, linkWhere, openBed, question, said, type Bed } from "./bed.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

const own = (argv: readonly string[], id = "test.run") => question(argv, { lane: "own", id });
const change = (argv: readonly string[]): Ask<"change"> => ({ ...own(argv, "test.change"), effect: "change" });

const granted = () => {
  const given = grantOperator({ name: "shop", role: "operator", source: "a test" }, "alex", "a test");
  if (!given.ok) throw new Error(given.why);
  return given.grant;
};

const connected = async () => {
  const server = await bed.server();
  const sessions = bed.open([bed.host("web1", server)]);
  await linkWhere(sessions, "web1", "up");
  return { server, sessions };
};

/** Ends the shell that runs it: `timeout` is its parent, and that one's is the shell. */
const KILL = ["sh", "-c", "kill -9 $(ps -o ppid= -p $PPID)"];

test("a shell is kept for the next question", async () => {
  const { server, sessions } = await connected();
  for (let refresh = 0; refresh < 5; refresh += 1) {
    const outcomes = await askAll(sessions, "web1", [own(["echo", "a"]), own(["echo", "b"])]);
    expect(outcomes.map(said)).toEqual(["a\n", "b\n"]);
  }
  expect(server.executed).toEqual(["exec env LC_ALL=C sh", "exec env LC_ALL=C sh"]);
});

test("a shell that was lost is replaced, and only what ran in it is lost with it", async () => {
  const { server, sessions } = await connected();
  const [lost] = await askAll(sessions, "web1", [own(KILL)]);
  expect(lost).toMatchObject({ ok: false, reason: "failed", detail: "web1: the shell ended under test.run" });
  expect((await askAll(sessions, "web1", [own(["echo", "after"])])).map(said)).toEqual(["after\n"]);
  expect(server.executed).toHaveLength(2);
});

test("few questions do not wait behind many that were there first", async () => {
  const { sessions } = await connected();
  const order: string[] = [];
  const asked = (asks: readonly Ask<"read">[]) => sessions.ask("web1", asks, ({ commandId }) => order.push(commandId));
  await Promise.all([
    asked(Array.from({ length: 40 }, () => own(["true"], "many"))),
    asked([own(["true"], "few"), own(["true"], "few")]),
  ]);
  expect(order).toHaveLength(42);
  expect(order.lastIndexOf("few")).toBeLessThan(25);
});

test("a change has a shell in which nothing ran before and nothing runs after", async () => {
  const { server, sessions } = await connected();
  await askAll(sessions, "web1", [own(["true"])]);
  const done = await sessions.order("web1", change(["touch", `${bed.folder}/done`]), granted());
  expect(done).toMatchObject({ ok: true, reply: { exitCode: 0 } });
  expect(server.executed).toHaveLength(2);
  await askAll(sessions, "web1", [own(["true"])]);
  expect(server.executed).toHaveLength(2);
  await sessions.order("web1", change(["true"]), granted());
  expect(server.executed).toHaveLength(3);
});

test("a change has its turn though every place is kept for questions", async () => {
  const { sessions } = await connected();
  const meet = `touch ${bed.folder}/meet-$$; until [ $(ls ${bed.folder} | grep -c meet) -ge 6 ]; do :; done`;
  const six = Array.from({ length: 6 }, () => own(["sh", "-c", meet]));
  expect((await askAll(sessions, "web1", six)).map(said)).toEqual(six.map(() => ""));
  expect(await sessions.order("web1", change(["echo", "done"]), granted())).toMatchObject({ ok: true });
});

test("a change whose shell is lost is sent once, and nobody claims that it was not done", async () => {
  const { sessions } = await connected();
  const outcome = await sessions.order(
    "web1",
    change(["sh", "-c", `echo x >> ${bed.folder}/times; kill -9 $(ps -o ppid= -p $PPID)`]),
    granted(),
  );
  // `unreachable` is in doubt, `failed` would be a no.
  expect(outcome).toMatchObject({ ok: false, reason: "unreachable" });
  expect((await askAll(sessions, "web1", [own(["cat", `${bed.folder}/times`])])).map(said)).toEqual(["x\n"]);
});
