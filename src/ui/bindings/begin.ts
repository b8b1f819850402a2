import type { ProcedureKind } from "../../procedures/kind.ts";
import { procedures } from "../../procedures/registry.ts";
import type { Binding, Desk } from "../desk.ts";
import { rowUnderCursor, type Context, type Scene } from "../scene.ts";
import { setOverlay, viewOf, type Choice } from "../state.ts";

/** Where a procedure can be begun: everywhere but in its own walkthrough. */
const BEGIN: readonly Context[] = [
  "overview",
  "pane",
  "findings",
  "timeline",
  "host",
  "quiet",
  "evidence",
  "report",
  "help",
];

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
