import type { ProcedureKind } from "../procedures/kind.ts";
import { procedures } from "../procedures/registry.ts";
import { isLeftOpen } from "./act/run.ts";
import type { Binding, Desk } from "./desk.ts";
import { rowUnderCursor, type Context, type Scene } from "./scene.ts";
import { setOverlay, viewOf, type Choice } from "./state.ts";

/** Where a procedure can be begun: everywhere but in its own walkthrough. */
const BEGIN: readonly Context[] = ["overview", "pane", "findings", "timeline", "host", "quiet", "evidence", "help"];
const WALK: readonly Context[] = ["walk"];

const refusal = ({ act }: Scene): string | undefined => act.refusal;

/** The host the cursor is on, whatever list it is in. */
const hostInSight = (scene: Scene): string | undefined => {
  const view = viewOf(scene.ui);
  return view.kind === "host" ? view.host : rowUnderCursor(scene)?.row.host;
};

/** What it would be done to; undefined when the cursor is on no host. */
const subjectOf = (kind: Pick<ProcedureKind, "on">, scene: Scene): string | undefined =>
  kind.on === "cluster" ? scene.picture.cluster.name : hostInSight(scene);

const whyNot = (kind: ProcedureKind, scene: Scene): string | undefined =>
  refusal(scene) ?? (subjectOf(kind, scene) === undefined ? "put the cursor on a host first" : undefined);

const beginBinding = (kind: ProcedureKind): Binding => ({
  action: `run.${kind.name}`,
  group: "act",
  title: kind.title,
  contexts: BEGIN,
  changes: true,
  whyDisabled: (scene) => whyNot(kind, scene),
  run: (desk) => beginKind(desk, kind.name),
});

/** For what the cursor is on. */
export const beginKind = (desk: Desk, name: string): void => {
  const kind = desk.actor.kinds.find((each) => each.name === name);
  const subject = kind === undefined ? undefined : subjectOf(kind, desk.scene());
  if (kind !== undefined && subject !== undefined) void desk.actor.begin(desk, kind, subject);
};

/** Every procedure there is, for what the cursor is on. */
const openMenu = (desk: Desk): void => {
  const scene = desk.scene();
  const host = hostInSight(scene);
  const choices = desk.actor.kinds.map((kind): Choice => {
    const why = whyNot(kind, scene);
    return {
      id: kind.name,
      label: kind.title,
      hint: [desk.keysOf(`run.${kind.name}`), kind.about].filter((part) => part !== "").join("  "),
      ...(why === undefined ? {} : { disabled: why }),
    };
  });
  const title = host === undefined ? "do" : `do with ${host}`;
  desk.update((ui) => setOverlay(ui, { kind: "picker", of: "procedure", title, choices, text: "", at: 0 }));
};

const isRunning = ({ act: { run } }: Scene): boolean => run !== undefined && run.phase !== "ended";

const notRunning = (scene: Scene): string | undefined => (isRunning(scene) ? undefined : "nothing is under way");

/** What may change something. None of these keys sends anything: each opens a question whose first answer is no. */
export const BEGINNING: readonly Binding[] = [
  {
    action: "procedures",
    group: "act",
    title: "What can be done with the host under the cursor",
    contexts: BEGIN,
    changes: true,
    footer: { label: "do", rank: 4 },
    whyDisabled: refusal,
    run: openMenu,
  },
  ...procedures.map(beginBinding),
  {
    action: "shell",
    group: "act",
    title: "A shell on the host under the cursor, by ssh; the audit says when it was opened and closed",
    contexts: BEGIN,
    changes: true,
    whyDisabled: (scene) =>
      refusal(scene) ?? (hostInSight(scene) === undefined ? "put the cursor on a host first" : undefined),
    run: (desk) => {
      const host = hostInSight(desk.scene());
      if (host !== undefined) void desk.actor.shell(desk, host);
    },
  },
  {
    action: "lock",
    group: "act",
    title: "Unlock for changes, with a reason; again: lock",
    contexts: BEGIN,
    changes: true,
    footer: { label: "unlock", rank: 11 },
    whyDisabled: refusal,
    run: (desk) => void desk.actor.toggleLock(desk),
  },
  {
    action: "underWay",
    group: "act",
    title: "To the procedure under way, or to what is unfinished",
    contexts: BEGIN,
    whyDisabled: ({ act }) =>
      (act.refusal ?? (act.run === undefined && act.left.length === 0 && act.others === undefined))
        ? "nothing is under way, and nothing is unfinished"
        : undefined,
    footer: { label: "procedure", rank: 2 },
    run: (desk) => void desk.actor.show(desk),
  },
];

/** The keys of the walkthrough. */
export const WALKING: readonly Binding[] = [
  {
    action: "proceed",
    group: "act",
    title: "Run the next step; decide what is waited for; after the end: put it away, or resume",
    contexts: WALK,
    footer: { label: "go on", rank: 1 },
    whyDisabled: ({ act: { run } }) =>
      run?.asks === undefined && run?.phase !== "ended" ? "it goes on by itself: wait, or stop it" : undefined,
    run: (desk) => void desk.actor.proceed(desk),
  },
  {
    action: "auto",
    group: "act",
    title: "Go on by itself from step to step",
    contexts: WALK,
    footer: { label: "auto", rank: 2 },
    whyDisabled: (scene) => notRunning(scene) ?? (scene.act.run?.pace === "auto" ? "it does already" : undefined),
    run: (desk) => desk.actor.setPace("auto"),
  },
  {
    action: "stepwise",
    group: "act",
    title: "Pause before the next step",
    contexts: WALK,
    footer: { label: "pause", rank: 2 },
    whyDisabled: (scene) => notRunning(scene) ?? (scene.act.run?.pace === "step" ? "it does already" : undefined),
    run: (desk) => desk.actor.setPace("step"),
  },
  {
    action: "stopHere",
    group: "act",
    title: "Stop here safely: what is done stays, and can be resumed or undone",
    contexts: WALK,
    footer: { label: "stop here", rank: 2 },
    whyDisabled: notRunning,
    run: (desk) => desk.actor.stop(),
  },
  {
    action: "undo",
    group: "act",
    title: "Take back what was sent, the last first",
    contexts: WALK,
    footer: { label: "undo", rank: 2 },
    whyDisabled: ({ act: { run } }) => {
      if (run?.phase === "undoing") return "it is being taken back";
      return run?.phase === "ended" && !isLeftOpen(run) ? "it has ended: nothing of it is open" : undefined;
    },
    run: (desk) => void desk.actor.undo(desk),
  },
  {
    action: "skip",
    group: "act",
    title: "Leave out the next step; skip must be typed",
    contexts: WALK,
    footer: { label: "skip", rank: 3 },
    whyDisabled: ({ act: { run } }) =>
      run?.asks?.kind !== "next"
        ? "only a step that has not begun can be left out"
        : run.asks.step.optional === true
          ? undefined
          : "this step cannot be left out: what comes later rests on it",
    run: (desk) => void desk.actor.skip(),
  },
];
