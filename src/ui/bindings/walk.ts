import { isLeftOpen, type Run } from "../act/run.ts";
import type { Binding } from "../desk.ts";
import type { Context, Scene } from "../scene.ts";

const NOTHING = "nothing is under way";

const WALK: readonly Context[] = ["walk"];

const isRunning = ({ act: { run } }: Scene): boolean => run !== undefined && run.phase !== "ended";

const notRunning = (scene: Scene): string | undefined => (isRunning(scene) ? undefined : NOTHING);

/** Told to stop, or to take back, it goes no step further. */
const notForward = (scene: Scene): string | undefined => {
  const phase = scene.act.run?.phase;
  if (phase === "stopping") return "it is stopping";
  return phase === "undoing" ? "it is being taken back" : notRunning(scene);
};

const goOnLabel = ({ act: { run } }: Scene): string => {
  if (run?.phase !== "ended") return run?.asks === undefined || run.asks.kind === "next" ? "go on" : "decide";
  return isLeftOpen(run) ? "what now" : "put away";
};

const whyNoReport = ({ end }: Run): string | undefined => {
  if (end === undefined) return "it is written when the procedure has ended";
  if (end.state !== "ran") return "there is none: it was not written to its end";
  return end.report.startsWith("/") ? undefined : `the report is ${end.report}`;
};

/** The keys of the walkthrough. */
export const WALKING: readonly Binding[] = [
  {
    action: "proceed",
    group: "act",
    title: "Run the next step; decide what is waited for; after the end: put it away, or resume",
    contexts: WALK,
    footer: { label: goOnLabel, rank: 1 },
    whyDisabled: ({ act: { run } }) => {
      if (run === undefined) return NOTHING;
      return run.asks === undefined && run.phase !== "ended" ? "it goes on by itself: wait, or stop it" : undefined;
    },
    run: (desk) => void desk.actor.proceed(desk),
  },
  {
    action: "report",
    group: "act",
    title: "After the end: the report, for the ticket",
    contexts: WALK,
    footer: { label: "report", rank: 2 },
    whyDisabled: ({ act: { run } }) => (run === undefined ? NOTHING : whyNoReport(run)),
    run: (desk) => void desk.actor.report(desk),
  },
  {
    action: "auto",
    group: "act",
    title: "Go on by itself from step to step",
    contexts: WALK,
    footer: { label: "auto", rank: 2 },
    whyDisabled: (scene) => notForward(scene) ?? (scene.act.run?.pace === "auto" ? "it does already" : undefined),
    run: (desk) => desk.actor.setPace("auto"),
  },
  {
    action: "stepwise",
    group: "act",
    title: "Pause before the next step",
    contexts: WALK,
    footer: { label: "pause", rank: 2 },
    whyDisabled: (scene) => notForward(scene) ?? (scene.act.run?.pace === "step" ? "it does already" : undefined),
    run: (desk) => desk.actor.setPace("step"),
  },
  {
    action: "stopHere",
    group: "act",
    title: "Stop here safely: what is done stays, and can be resumed or undone",
    contexts: WALK,
    footer: { label: "stop here", rank: 2 },
    whyDisabled: (scene) => (scene.act.run?.phase === "stopping" ? "it is stopping" : notRunning(scene)),
    run: (desk) => desk.actor.stop(),
  },
  {
    action: "undo",
    group: "act",
    title: "Take back what was sent, the last first",
    contexts: WALK,
    footer: { label: "undo", rank: 2 },
    whyDisabled: ({ act: { run } }) => {
      if (run === undefined) return NOTHING;
      if (run.phase === "undoing") return "it is being taken back";
      return run.phase === "ended" && !isLeftOpen(run) ? "it has ended: nothing of it is open" : undefined;
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
      run === undefined
        ? NOTHING
        : run.asks?.kind !== "next"
          ? "only a step that has not begun can be left out"
          : run.asks.step.optional === true
            ? undefined
            : "this step cannot be left out: what comes later rests on it",
    run: (desk) => void desk.actor.skip(),
  },
];
