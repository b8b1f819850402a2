import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ask } from "../../src/connect/command.ts";
import { openControl, type ChangeOutcome, type ChangeRecord, type Order } from "../../src/connect/control.ts";
import { grantOperator } from "../../src/connect/grant.ts";
import { runProcedure } from "../../src/procedures/engine.ts";
import type { Ended, ProcedureEvent } from "../../src/procedures/events.ts";
import type { Sight } from "../../src/procedures/gates.ts";
import type { Action, Gate, Procedure } from "../../src/procedures/procedure.ts";
import type { Decisions } from "../../src/procedures/running.ts";
import { openJournal, reopenJournal, type Journal } from "../../src/record/journal.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

/** Switches in a cluster: what a procedure turns on, and takes back. */
export type World = Map<string, boolean>;

export const SWITCHES = ["a", "b", "c"] as const;
const HAND = { operator: "alex", machine: "bastion", pid: 1, reason: "a test" };

export const flip = (name: string, to: boolean): Ask<"change"> => ({
  commandId: "test.flip",
  kind: "haproxy",
  effect: "change",
  privilege: { need: "haproxy", level: "admin" },
  deadlineMs: 1_000,
  send: { kind: "haproxy", line: `${name} ${to}` },
  parse: () => ({ ok: true, value: undefined }),
});

/** A procedure that turns a and b on, then c, each with gates; what it sees is the world. */
export const switching = (world: World, gates: Readonly<Record<string, Partial<Gate>>> = {}): Procedure => {
  const action = (name: string): Action => ({
    id: name,
    target: "lb1",
    ask: flip(name, true),
    undo: flip(name, false),
    already: () => world.get(name) === true,
  });
  const are = (id: string, wanted: string, holds: () => boolean): Gate => ({
    id,
    wanted,
    deadlineMs: 30,
    watch: () => () => ({ state: holds() ? "open" : "waiting", value: [...world].join(" ") }),
    ...gates[id],
  });
  return {
    name: "switching",
    subject: "web2",
    title: "switching of web2",
    params: {},
    warnings: [],
    steps: [
      {
        id: "look",
        title: "look",
        why: "",
        before: [are("may", "may be switched", () => true)],
        actions: [],
        after: [],
        stays: "nothing",
      },
      {
        id: "first",
        title: "a and b",
        why: "",
        before: [],
        actions: [action("a"), action("b")],
        after: [are("ab", "a and b are on", () => world.get("a") === true && world.get("b") === true)],
        stays: "a and b",
      },
      {
        id: "second",
        title: "c",
        why: "",
        before: [],
        actions: [action("c")],
        after: [are("c", "c is on", () => world.get("c") === true)],
        late: [
          { id: "give-up", title: "give up", leads: "undo" },
          { id: "stop", title: "stop", leads: "stop" },
        ],
        stays: "all",
      },
    ],
    undone: [are("off", "all are off", () => [...world.values()].every((on) => !on))],
  };
};

export const allOff = (): World => new Map(SWITCHES.map((name) => [name, false]));

export interface Bench {
  readonly folder: string;
  readonly events: ProcedureEvent[];
  /** In the order in which they reached the other side. */
  readonly sent: string[];
  /** What the journal's file held at the moment each was sent. */
  readonly onDisk: string[];
  readonly lines: () => Promise<string>;
  readonly run: (procedure: Procedure, how?: How) => Promise<Ended>;
}

export interface How {
  /** Go on with the journal that is there. */
  readonly resume?: boolean;
  readonly undo?: boolean;
  readonly stop?: AbortSignal;
  readonly lost?: () => string | undefined;
  readonly decisions?: Partial<Decisions>;
  /** What becomes of a change that is sent: by default the world takes it. */
  readonly reply?: (line: string) => ChangeOutcome;
  readonly records?: readonly ChangeRecord[];
  readonly sight?: Partial<Sight>;
}

/** For gates, actions and plans that ask nothing, and wait for nothing. */
export const NOBODY_TO_ASK: Sight = {
  ask: async () => ({ ok: false, reason: "missing", detail: "nobody to ask", sentAtMs: 0, atMs: 0 }),
  view: (freshAfterMs) => ({
    cluster: clusterOf(["web2"]),
    picture: pictureOf({ nowMs: Date.now() }),
    freshAfterMs,
  }),
  next: () => new Promise((resolve) => void setTimeout(resolve, 2)),
  refresh: () => undefined,
};

export const ID = "20270115T021431Z-switching-web2-0000";

export const openBench = async (world: World, id = ID): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-procedure-"));
  const path = join(folder, "journal", `${id}.jsonl`);
  const bench: Pick<Bench, "events" | "sent" | "onDisk"> = { events: [], sent: [], onDisk: [] };
  const lines = () => readFile(path, "utf8");
  const take = (line: string): ChangeOutcome => {
    const [name = "", to] = line.split(" ");
    world.set(name, to === "true");
    return { state: "done", value: undefined };
  };
  const lineOf = ({ ask }: Order): string => (ask.send.kind === "haproxy" ? ask.send.line : "");
  return {
    ...bench,
    folder,
    lines,
    run: async (procedure, how = {}) => {
      const granted = grantOperator({ ...clusterOf(["web2"]), role: "operator" }, "alex", "a test");
      if (!granted.ok) throw new Error(granted.why);
      const journal: Journal =
        how.resume === true
          ? await reopenJournal(folder, id, HAND)
          : await openJournal(folder, {
              ...HAND,
              id,
              procedure: procedure.name,
              subject: procedure.subject,
              cluster: "shop",
              params: {},
              steps: procedure.steps.map((step) => ({ id: step.id, title: step.title })),
            });
      if (how.undo === true) await journal.write({ kind: "undoing", why: "a test" });
      const door = {
        grant: granted.grant,
        close: () => undefined,
        send: async (order: Order) => {
          const line = lineOf(order);
          if (line === "") return { state: "done", value: undefined } as const;
          bench.sent.push(line);
          bench.onDisk.push(await lines());
          return (how.reply ?? take)(line);
        },
      };
      const stop = how.stop ?? new AbortController().signal;
      const lost = how.lost ?? (() => undefined);
      try {
        return await runProcedure(procedure, {
          journal,
          control: openControl({ door, forbidden: async () => lost(), records: how.records ?? [journal] }),
          sight: { ...NOBODY_TO_ASK, ...how.sight },
          emit: (event) => bench.events.push(event),
          stop,
          lost,
          by: { operator: "alex", machine: "bastion", procedure: id },
          note: async () => undefined,
          decisions: { late: async () => undefined, override: async () => undefined, ...how.decisions },
        });
      } finally {
        await journal.close();
      }
    },
  };
};
