import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { ruleLine } from "../draw/pane.ts";
import { findingsTable } from "../findings.ts";
import { storiesSummary } from "../draw/findings.ts";
import { bodyRows } from "../layout.ts";
import { itemsOf } from "../rows.ts";
import { DETAIL_ROWS, EXPLAIN_ROWS } from "../scene.ts";
import { usePicture, useShell, useSize, useUi } from "../shell.ts";
import { Block } from "./block.tsx";
import { Detail } from "./detail.tsx";
import { List } from "./list.tsx";
import { Pane } from "./pane.tsx";

/** One system over the whole screen. */
export const Zoom = memo((): ReactNode => {
  const size = useSize();
  const focus = useUi((state) => state.focus);
  const id = usePicture(({ systems }) => (systems.find((system) => system.id === focus) ?? systems[0])?.id);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {id === undefined ? null : <Pane id={id} width={size.columns} height={bodyRows(size) - DETAIL_ROWS} zoomed />}
      <Detail />
    </Box>
  );
});
Zoom.displayName = "Zoom";

/** All findings, with what to do about the one under the cursor. */
export const FindingsView = memo((): ReactNode => {
  const { theme } = useShell();
  const size = useSize();
  const stories = usePicture((picture) => picture.stories);
  const filter = useUi((state) => state.filter);
  const items = itemsOf([findingsTable(stories)], filter);
  const title = filter === "" ? "findings" : `findings · only "${filter}"`;
  const rule = ruleLine({ title, focused: true, right: storiesSummary(stories) }, size.columns, theme);
  const height = bodyRows(size) - 1 - EXPLAIN_ROWS;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule]} width={size.columns} height={1} />
      <List name="findings" scroll="findings" items={items} width={size.columns} height={height} focused />
      <Detail />
    </Box>
  );
});
FindingsView.displayName = "FindingsView";
