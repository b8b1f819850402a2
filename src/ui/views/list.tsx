import { useEffect, type ReactNode } from "react";
import { listLines } from "../draw/pane.ts";
import { settleCursor } from "../moves.ts";
import type { Item } from "../rows.ts";
import { rowKeys } from "../scene.ts";
import { useShell, useUi } from "../shell.ts";
import { cursorIndex } from "../state.ts";
import { Block } from "./block.tsx";

interface ListProps {
  /** Whose cursor and widths. */
  readonly name: string;
  readonly scroll: string;
  readonly items: readonly Item[];
  readonly width: number;
  readonly height: number;
  /** The keys go here. */
  readonly focused: boolean;
  readonly pending: boolean;
}

/** The part of a list that is in sight; however long the list is, only that part is drawn. */
export const List = ({ name, scroll, items, width, height, focused, pending }: ListProps): ReactNode => {
  const { theme, ui, widths, clock } = useShell();
  const stored = useUi((state) => state.cursors[name]);
  const top = useUi((state) => state.tops[scroll] ?? 0);
  const settled = stored !== undefined || items.length === 0 || !focused;
  useEffect(() => {
    if (!settled) ui.setState((state) => settleCursor(state, { cursor: name, scroll, items, height }), true);
  }, [settled, ui, name, scroll, items, height]);
  const keys = rowKeys(items);
  const cursor = focused ? keys[cursorIndex(stored, keys)] : undefined;
  const list = { items, height, width, top, cursor, name: scroll, pending };
  return (
    <Block lines={listLines(list, theme, { widths, nowMs: clock.getState().nowMs })} width={width} height={height} />
  );
};
