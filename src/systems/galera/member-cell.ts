import { noneCell, readingCell } from "../cells.ts";
import { cell, type Cell } from "../pane.ts";
import type { Reading } from "../reading.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";
import { isDown } from "./presence.ts";

/** A member that is known to be down has no view: that is not the same as not knowing it. */
export const figure = <T>(member: Member, reading: Reading<T>, show: (value: T) => Cell | string): Cell => {
  const { presence } = member;
  const none = presence.state === "known" && (isDown(presence.value) || presence.value === "starting");
  if (none && reading.state === "unknown") return noneCell;
  // A member outside every cluster has no position.
  if (reading.state === "unknown" && reading.reason === "missing") return noneCell;
  return readingCell(reading, show);
};

export const viewCell = (member: Member, show: (value: MemberView) => Cell | string | number): Cell =>
  figure(member, member.view, (view) => {
    const shown = show(view);
    return typeof shown === "object" ? shown : cell(shown);
  });
