import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { detailLines } from "../draw/detail.ts";
import { ruleLine } from "../draw/pane.ts";
import { findingsTable } from "../findings.ts";
import { bodyRows } from "../layout.ts";
import type { Line } from "../line.ts";
import { itemsOf } from "../rows.ts";
import { DETAIL_ROWS, listInSight, rowKeys, rowUnderCursor } from "../scene.ts";
import { useNow, usePicture, useSession, useShell, useSize, useUi } from "../shell.ts";
import { Block } from "./block.tsx";
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
  const rule = ruleLine({ title, focused: true, right: `${rowKeys(items).length}` }, size.columns, theme);
  const height = bodyRows(size) - 1 - DETAIL_ROWS;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule]} width={size.columns} height={1} />
      <List name="findings" scroll="findings" items={items} width={size.columns} height={height} focused />
      <Detail />
    </Box>
  );
});
FindingsView.displayName = "FindingsView";

/** The row under the cursor, in full. */
const Detail = (): ReactNode => {
  const { theme, widths } = useShell();
  const { watch } = useSession();
  const size = useSize();
  const ui = useUi((state) => state);
  const picture = usePicture((whole) => whole);
  const nowMs = useNow();
  const scene = { picture, ui, size };
  const item = rowUnderCursor(scene);
  const [key] = item?.row.evidence ?? [];
  const lines: readonly Line[] =
    item === undefined
      ? []
      : detailLines(
          item,
          listInSight(scene)?.scroll ?? "",
          key === undefined ? undefined : watch.evidence(key),
          nowMs,
          size.columns,
          theme,
          { widths, nowMs },
        );
  const rule = ruleLine({ title: item?.row.id ?? "", focused: false, right: "" }, size.columns, theme);
  return <Block lines={[rule, ...lines]} width={size.columns} height={DETAIL_ROWS} />;
};
