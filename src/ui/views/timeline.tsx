import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { listLines, ruleLine } from "../draw/pane.ts";
import { bodyRows } from "../layout.ts";
import { itemsOf } from "../rows.ts";
import { DETAIL_ROWS, rowKeys } from "../scene.ts";
import { usePicture, useShell, useSize, useUi } from "../shell.ts";
import { sinceTitle, TIMELINE, timelineTable } from "../timeline.ts";
import { Block } from "./block.tsx";
import { Detail } from "./detail.tsx";
import { List } from "./list.tsx";

/** Everything that changed, over the whole screen. */
export const TimelineView = memo((): ReactNode => {
  const { theme, clock } = useShell();
  const size = useSize();
  const recent = usePicture((picture) => picture.recent);
  const filter = useUi((state) => state.filter);
  const items = itemsOf([timelineTable(recent, clock.getState().nowMs)], filter);
  const title = filter === "" ? TIMELINE : `${TIMELINE} · only "${filter}"`;
  const rule = ruleLine({ title, focused: true, right: `${rowKeys(items).length}` }, size.columns, theme);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule]} width={size.columns} height={1} />
      <List
        name={TIMELINE}
        scroll={TIMELINE}
        items={items}
        width={size.columns}
        height={bodyRows(size) - 1 - DETAIL_ROWS}
        focused
      />
      <Detail />
    </Box>
  );
});
TimelineView.displayName = "TimelineView";

/** The newest changes, without a cursor: all of them are a key away. */
export const Since = memo(({ width, height }: { readonly width: number; readonly height: number }): ReactNode => {
  const { theme, widths, clock } = useShell();
  const recent = usePicture((picture) => picture.recent);
  const { nowMs } = clock.getState();
  const shown = recent.slice(0, height - 1);
  const items = itemsOf([timelineTable(shown, nowMs)], "").filter(({ kind }) => kind !== "header");
  const rule = ruleLine({ title: sinceTitle(shown, nowMs), focused: false, right: "" }, width, theme);
  const list = {
    items,
    height: height - 1,
    width,
    top: 0,
    cursor: undefined,
    name: "overview:since",
    isPending: () => false,
  };
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule, ...listLines(list, theme, { widths, nowMs })]} width={width} height={height} />
    </Box>
  );
});
Since.displayName = "Since";
