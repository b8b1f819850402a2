import type { Binding } from "../desk.ts";
import { VIEW_CONTEXTS } from "../scene.ts";
import { ASIDE } from "./contexts.ts";
import { pick } from "./picker.ts";
import { whileRunning } from "./while-running.ts";

/** What is asked, and of which cluster. */
export const WATCHING: readonly Binding[] = [
  {
    action: "refresh",
    group: "watch",
    title: "Ask everything now",
    contexts: VIEW_CONTEXTS,
    footer: { label: "refresh", rank: 7 },
    whyDisabled: ({ picture }) => (picture.paused ? "paused: nothing is asked" : undefined),
    run: (desk) => {
      desk.refresh();
      desk.say("asking everything now");
    },
  },
  {
    action: "pause",
    group: "watch",
    title: "Pause: ask nothing, hold the picture; again: go on",
    contexts: ASIDE,
    footer: { label: "pause", rank: 9 },
    whyDisabled: whileRunning("its gates need new answers"),
    run: (desk) => desk.pause(!desk.scene().picture.paused),
  },
  {
    action: "cluster",
    group: "watch",
    title: "Switch to another cluster",
    contexts: ASIDE,
    footer: { label: "cluster", rank: 12 },
    whyDisabled: (scene) =>
      scene.clusters.length > 1
        ? whileRunning("this cluster stays on screen")(scene)
        : "the inventory has only this cluster",
    run: (desk) => {
      const { clusters, picture } = desk.scene();
      const choices = clusters.map((name) => ({
        id: name,
        label: name,
        hint: name === picture.cluster.name ? "on screen" : "",
      }));
      pick(desk, "cluster", "switch to cluster", choices);
    },
  },
  {
    action: "scenario",
    group: "watch",
    title: "Demo: break something, or make it well",
    contexts: ASIDE,
    // Who may only look is not offered to break anything; who knows the key may, since it is a demo.
    footer: { label: "break", rank: 3, when: ({ act }) => act.refusal === undefined },
    whyDisabled: ({ scenarios }) => (scenarios > 0 ? undefined : "only the demo can be broken from here"),
    run: (desk) => pick(desk, "scenario", "demo: what happens", desk.scenarios()),
  },
];
