import { helpLines } from "./draw/help.ts";
import { reportLines } from "./draw/report.ts";
import { evidenceLines } from "./evidence.ts";
import type { Line } from "./line.ts";
import type { Shell } from "./shell.ts";
import { viewOf } from "./state.ts";

/** What the evidence and the help view show, all of it, and under which name their scroll is kept. */
export interface TextInSight {
  readonly scroll: string;
  readonly title: string;
  readonly lines: readonly Line[];
}

type From = Pick<Shell, "ui" | "size" | "clock" | "session" | "keymap" | "theme" | "desk">;

export const textInSight = ({ ui, size, clock, session, keymap, theme, desk }: From): TextInSight => {
  const view = viewOf(ui.getState());
  const { columns } = size.getState();
  if (view.kind === "evidence") {
    const { watch } = session.getState();
    const lines = evidenceLines(view.keys, watch.evidence, clock.getState().nowMs, columns - 2, theme);
    return { scroll: "evidence", title: `evidence · ${view.title}`, lines };
  }
  if (view.kind === "report")
    return { scroll: "report", title: "report", lines: reportLines(view.path, view.lines, columns - 2, theme) };
  return { scroll: "help", title: "help", lines: helpLines(keymap, desk.scene(), columns - 2, theme) };
};
