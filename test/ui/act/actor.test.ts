import { afterEach, describe, expect, it, vi } from "vitest";
import { grantFault, grantOperator, type OperatorGrant } from "../../../src/connect/grant.ts";
import type { ProcedureKind } from "../../../src/procedures/kind.ts";
import type { Gate, GateValue } from "../../../src/procedures/procedure.ts";
import type { AuditEvent } from "../../../src/record/audit.ts";
import { replay } from "../../../src/record/replay.ts";
import { createActor } from "../../../src/ui/act/actor.ts";
import type { OperatorHand } from "../../../src/ui/act/hand.ts";
import { createPrompts, type Question } from "../../../src/ui/prompts.ts";
import { allOff, ID, NOBODY_TO_ASK, openBench, switching } from "../../procedures/bench.ts";
import { clusterOf } from "../fixtures/cluster.ts";
import { pictureOf } from "../fixtures/picture.ts";

const cluster = clusterOf(["web2"], { role: "operator" });

/** An operator's console on a procedure of switches, without a screen: what it asks, what it audits, what leaves. */
const openActor = async (
  gates: Parameters<typeof switching>[1] = {},
  given: Partial<Pick<OperatorHand, "others" | "unfinished" | "isUnseen">> &
    Partial<Pick<ProcedureKind, "plan" | "options" | "whyNever">> = {},
) => {
  const world = allOff();
  const bench = await openBench(world);
  const procedure = switching(world, gates);
  const planned = async () => ({ ok: true, procedure }) as const;
  const kind: ProcedureKind = {
    name: "switching",
    title: "Switch",
    about: "",
    on: "host",
    options: given.options ?? [],
    plan: given.plan ?? planned,
    ...(given.whyNever === undefined ? {} : { whyNever: given.whyNever }),
    replan: planned,
  };
  const audited: { readonly event: AuditEvent; readonly reason: string }[] = [];
  const grants: OperatorGrant[] = [];
  /** Of each procedure that was carried out. */
  const reasons: string[] = [];
  const hand: OperatorHand = {
    role: "operator",
    operator: "alex",
    audit: async (event, reason) => void audited.push({ event, reason }),
    others: given.others ?? (async () => undefined),
    grant: (reason, lastsMs) => {
      const granted = grantOperator(cluster, "alex", reason, lastsMs);
      if (granted.ok) grants.push(granted.grant);
      return granted;
    },
    kinds: [kind],
    sight: {
      ...NOBODY_TO_ASK,
      view: (freshAfterMs) => ({ cluster, picture: pictureOf({ nowMs: Date.now() }), freshAfterMs }),
      next: () => new Promise((resolve) => void setTimeout(resolve, 2)),
      refresh: () => undefined,
    },
    shell: async () => "",
    carry: async ({ decisions, stop, begin, reason }) => {
      reasons.push(reason);
      const how = begin === "new" ? {} : { resume: true, undo: begin.how === "undo" };
      return { state: "ran", id: ID, ended: await bench.run(procedure, { decisions, stop, ...how }), report: "" };
    },
    readReport: async () => "# switching of web2",
    unfinished: given.unfinished ?? (async () => []),
    isUnseen: given.isUnseen ?? (async () => false),
    leave: async () => undefined,
  };
  const asking = createPrompts();
  const actor = createActor(hand, asking);
  const front = {
    say: vi.fn(),
    showWalk: vi.fn(),
    showReport: vi.fn(),
    keysOf: (action: string) => `<${action}>`,
    lend: async (during: () => Promise<void>) => during(),
  };
  const question = (of: (question: Question) => boolean): Promise<Question> =>
    vi.waitFor(() => {
      const found = asking.store.getState().question;
      if (found === undefined || !of(found)) throw new Error("not asked");
      return found;
    });
  const answerEntry = async (text: string): Promise<void> => {
    await question(({ kind }) => kind === "entry");
    asking.answer(text);
  };
  const dialog = () => question((each) => each.kind === "choice" && each.choices.some(({ id }) => id === "begin"));
  return { actor, front, kind, bench, audited, grants, reasons, asking, answerEntry, dialog, question };
};

afterEach(() => void vi.useRealTimers());

describe("beginning something", () => {
  it("asks why while locked, then shows what is sent; cancelling sends nothing", async () => {
    const { actor, front, kind, bench, audited, asking, answerEntry, dialog, question } = await openActor();
    const begun = actor.begin(front, kind, "web2");
    await question(({ title, body }) => title === "unlock" && body.includes("Then: switching of web2"));
    await answerEntry("kernel update");
    const asked = await dialog();
    expect(asked).toMatchObject({ choices: [{ label: "Cancel" }, { id: "reason" }, { id: "begin" }] });
    expect(JSON.stringify(asked.body)).toContain("lb1  a true");
    expect(JSON.stringify(asked.body)).toContain("Reason: kernel update");
    asking.answer("cancel");
    await begun;
    expect(bench.sent).toEqual([]);
    expect(front.say).toHaveBeenLastCalledWith("given up: nothing was sent");
    expect(audited).toMatchObject([{ event: { what: "unlocked" }, reason: "kernel update" }]);
    await actor.close(1_000);
  });

  it("every deed has its own reason: what was said last stands there, to be changed", async () => {
    const { actor, front, kind, asking, answerEntry, dialog, question, reasons } = await openActor();
    const unlocked = actor.toggleLock(front);
    await answerEntry("kernel update");
    await unlocked;
    const begun = actor.begin(front, kind, "web2");
    expect(await question((each) => each.kind === "entry")).toMatchObject({
      title: "switching of web2",
      text: "kernel update",
    });
    asking.answer(" ");
    await question(({ body }) => JSON.stringify(body).includes("A change without a reason is none"));
    asking.answer("a disk is full");
    await dialog();
    asking.answer("begin");
    await begun;
    await vi.waitFor(() => expect(reasons).toEqual(["a disk is full"]));
    await actor.close(1_000);
  });

  it("a wrong option is refused where it is typed, and what was typed stays; so it does where nothing can be planned", async () => {
    const plan: ProcedureKind["plan"] = async () => ({ ok: false, why: "no host answers" });
    const fault = (value: string): string | undefined => (value.endsWith("s") ? undefined : "expected a duration");
    const options = [{ name: "settle", about: "how long", fallback: "60s", fault }];
    const { actor, front, kind, asking, answerEntry, question } = await openActor({}, { plan, options });
    const begun = actor.begin(front, kind, "web2");
    await answerEntry("kernel update");
    await question(({ kind: of }) => of === "choice");
    asking.answer("settle");
    await answerEntry("15");
    expect(await question((each) => each.kind === "entry" && each.severity === "warning")).toMatchObject({
      text: "15",
      body: ["how long", { text: "settle=15: expected a duration" }],
    });
    asking.answer("15s");
    await question((each) => each.kind === "choice" && each.choices.some(({ label }) => label === "settle = 15s"));
    asking.answer("");
    await question(({ body }) => JSON.stringify(body).includes("no host answers"));
    asking.answer("change");
    await question((each) => each.kind === "choice" && each.choices.some(({ label }) => label === "settle = 15s"));
    asking.answer(undefined);
    await begun;
    await actor.close(1_000);
  });

  it("what can never be done is refused before anything is asked or chosen, and that is audited", async () => {
    const whyNever = (subject: string): string => `no load balancer has a server on ${subject}`;
    const options = [{ name: "settle", about: "how long", fallback: "60s" }];
    const { actor, front, kind, audited, asking, question } = await openActor({}, { whyNever, options });
    const begun = actor.begin(front, kind, "lb1");
    expect(await question(() => true)).toMatchObject({
      kind: "choice",
      body: ["Nothing can be planned: no load balancer has a server on lb1."],
    });
    asking.answer("close");
    await begun;
    expect(audited).toMatchObject([{ event: { what: "refused" } }]);
    await actor.close(1_000);
  });

  it("a choice whose word alone does not tell says what it comes to, and stays what it is", async () => {
    const means = { leave: { brief: "let them end", more: "Nobody is cut off." } };
    const options = [{ name: "writer", about: "open ones", fallback: "leave", choices: ["leave", "end"], means }];
    const chosen: (string | undefined)[] = [];
    const plan: ProcedureKind["plan"] = async ({ options: given }) => {
      chosen.push(given.get("writer"));
      return { ok: false, why: "no" };
    };
    const { actor, front, kind, asking, answerEntry, question } = await openActor({}, { plan, options });
    const begun = actor.begin(front, kind, "web2");
    await answerEntry("kernel update");
    expect(await question((each) => each.kind === "choice")).toMatchObject({
      choices: [{ id: "" }, { label: "writer = leave (let them end)", about: "open ones" }],
    });
    asking.answer("writer");
    expect(await question(({ title }) => title === "writer")).toMatchObject({
      choices: [
        { id: "leave", label: "leave: let them end", about: "Nobody is cut off." },
        { id: "end", label: "end" },
      ],
    });
    asking.answer("leave");
    await question(({ title }) => title === "Switch: web2");
    asking.answer("");
    await question(({ body }) => JSON.stringify(body).includes("Nothing can be planned"));
    asking.answer(undefined);
    await begun;
    expect(chosen).toEqual(["leave"]);
    await actor.close(1_000);
  });

  it("goes step by step, then by itself when it is told to", async () => {
    const { actor, front, kind, bench, asking, answerEntry, dialog } = await openActor();
    const begun = actor.begin(front, kind, "web2");
    await answerEntry("kernel update");
    await dialog();
    asking.answer("begin");
    await begun;
    const waitsFor = (step: string) =>
      vi.waitFor(() => expect(actor.store.getState().run?.asks).toMatchObject({ kind: "next", step: { id: step } }));
    await waitsFor("first");
    expect(bench.sent).toEqual([]);
    await actor.proceed(front);
    await waitsFor("second");
    expect(bench.sent).toEqual(["a true", "b true"]);
    actor.setPace("auto");
    await vi.waitFor(() => expect(actor.store.getState().run?.end).toMatchObject({ ended: { state: "done" } }));
    await actor.close(1_000);
  });

  it("undo from between two steps takes back what was sent, once, and waits until all is as it was", async () => {
    let looks = 0;
    const settles = (): GateValue => ({ state: (looks += 1) > 3 ? "open" : "waiting", value: String(looks) });
    const { actor, front, kind, bench, asking, answerEntry, dialog, question } = await openActor({
      off: { deadlineMs: 60_000, watch: () => settles },
    });
    const begun = actor.begin(front, kind, "web2");
    await answerEntry("kernel update");
    await dialog();
    asking.answer("begin");
    await begun;
    await vi.waitFor(() => expect(actor.store.getState().run?.asks?.kind).toBe("next"));
    await actor.proceed(front);
    await vi.waitFor(() => expect(actor.store.getState().run?.asks).toMatchObject({ step: { id: "second" } }));
    const undone = actor.undo(front);
    await question(({ title }) => title.includes("take back"));
    asking.answer("undo");
    await undone;
    await vi.waitFor(() => expect(actor.store.getState().run?.end).toMatchObject({ ended: { state: "undone" } }));
    expect(bench.sent).toEqual(["a true", "b true", "b false", "a false"]);
    expect(looks).toBe(4);
    await actor.close(1_000);
  });

  it("a gate that is shut for good cannot be passed, one with a word only by typing it, with a reason", async () => {
    const shut: Pick<Gate, "watch"> = { watch: () => () => ({ state: "closed", value: "NO" }) };
    const never = await openActor({ may: shut });
    void never.actor.begin(never.front, never.kind, "web2");
    await never.answerEntry("kernel update");
    expect(await never.question(({ title }) => title === "switching of web2")).toMatchObject({ kind: "choice" });
    const closed = await never.question(
      (each) => each.kind === "choice" && each.choices.length === 1 && each.severity === "critical",
    );
    expect(closed).toMatchObject({ choices: [{ label: "Close" }] });
    never.asking.answer(undefined);

    const word = await openActor({ may: { ...shut, overridable: "web2" } });
    const begun = word.actor.begin(word.front, word.kind, "web2");
    await word.answerEntry("kernel update");
    await word.dialog();
    word.asking.answer("begin");
    await word.answerEntry("web3");
    await word.question((each) => JSON.stringify(each.body).includes("is not web2"));
    await word.answerEntry("web2");
    await word.question(({ body }) => JSON.stringify(body).includes("goes to the audit, beside"));
    word.asking.answer("sam said so");
    await begun;
    await vi.waitFor(() => expect(word.actor.store.getState().run?.asks).toMatchObject({ kind: "next" }));
    expect(await word.bench.lines()).toContain("overridden");
    await word.actor.close(1_000);
  });
});

describe("while another is unfinished", () => {
  it("what was to begin waits, and the box says so, and which keys go on", async () => {
    const opened = { kind: "opened", atMs: 1, v: 1, id: ID, procedure: "switching", subject: "web3", cluster: "shop" };
    const by = { operator: "alex", machine: "bastion", pid: 7, reason: "a test", params: {}, steps: [] };
    const left = replay([JSON.stringify({ ...opened, ...by })]);
    if (left === undefined) throw new Error("the opening cannot be read");
    const { actor, front, kind, bench, asking, question } = await openActor({}, { unfinished: async () => [left] });
    const begun = actor.begin(front, kind, "web2");
    const { body } = await question(({ title }) => title === "unfinished");
    expect(body[0]).toMatchObject({
      text: "switching of web2 must wait: one procedure at a time, and this one is unfinished. Choose below how it goes on (<nextItem>, then <take>); after that <run.switching> again.",
    });
    asking.answer("look");
    await begun;
    expect(bench.sent).toEqual([]);
    await actor.close(1_000);
  });
});

describe("what came with the note beside the cluster's lock", () => {
  it("is not gone on with where nobody here has ever seen its commands", async () => {
    const opened = { kind: "opened", atMs: 1, v: 1, id: ID, procedure: "switching", subject: "web2", cluster: "shop" };
    const by = { operator: "sam", machine: "other", pid: 7, reason: "a test", params: {}, steps: [], adopted: true };
    const left = replay([JSON.stringify({ ...opened, ...by })]);
    if (left === undefined) throw new Error("the opening cannot be read");
    const { actor, front, asking, question } = await openActor(
      {},
      { unfinished: async () => [left], isUnseen: async ({ opened: { adopted } }) => adopted === true },
    );
    const shown = actor.show(front);
    const asked = await question(({ title }) => title === "unfinished");
    expect(asked.kind === "choice" ? asked.choices.map(({ id }) => id) : []).toEqual(["look", "leave"]);
    expect(JSON.stringify(asked.body)).toContain("no file here has them");
    asking.answer("look");
    await shown;
    await actor.close(1_000);
  });
});

describe("a key", () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  it("is heard while it is not known yet what others left", async () => {
    const { actor, front, asking } = await openActor({}, { others: never });
    void actor.opened(front);
    void actor.toggleLock(front);
    expect(asking.store.getState().question).toMatchObject({ kind: "entry", title: "unlock" });
    await actor.close(1_000);
  });

  it("that comes while another is still at work is told so, and is not kept for later", async () => {
    const { actor, front, kind, asking } = await openActor({}, { unfinished: never });
    void actor.begin(front, kind, "web2");
    await actor.toggleLock(front);
    expect(front.say).toHaveBeenCalledWith("one moment: still looking for unfinished work", "warning");
    expect(asking.store.getState().question).toBeUndefined();
    await actor.close(1_000);
  });

  it("leaves a plan that takes long", async () => {
    const { actor, front, kind, asking, answerEntry, question } = await openActor({}, { plan: never });
    const begun = actor.begin(front, kind, "web2");
    await answerEntry("kernel update");
    await question(({ body }) => JSON.stringify(body).includes("Asking the hosts"));
    asking.answer(undefined);
    await begun;
    expect(asking.store.getState().question).toBeUndefined();
    expect(actor.store.getState().run).toBeUndefined();
    await actor.close(1_000);
  });
});

describe("an unlocked console", () => {
  it("locks itself after thirty minutes without an action, and its grant is then worth nothing", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setInterval", "clearInterval"] });
    const { actor, front, audited, grants, asking } = await openActor();
    const unlocked = actor.toggleLock(front);
    expect(asking.store.getState().question?.kind).toBe("entry");
    asking.answer("kernel update");
    await unlocked;
    const [grant] = grants;
    if (grant === undefined) throw new Error("no grant");
    vi.advanceTimersByTime(29 * 60_000);
    expect(grantFault(grant)).toBeUndefined();
    expect(actor.store.getState().unlocked).toMatchObject({ operator: "alex" });
    vi.advanceTimersByTime(61_000);
    expect(actor.store.getState().unlocked).toBeUndefined();
    expect(grantFault(grant)).toBeDefined();
    expect(audited.map(({ event }) => event.what)).toEqual(["unlocked", "locked"]);
  });
});
