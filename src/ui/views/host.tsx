import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { noteFor, ruleLine } from "../draw/pane.ts";
import { hostTables } from "../host-page.ts";
import { bodyRows } from "../layout.ts";
import { piece } from "../line.ts";
import { itemsOf } from "../rows.ts";
import { DETAIL_ROWS, hostScroll, rowKeys } from "../scene.ts";
import { usePicture, useShell, useSize, useUi } from "../shell.ts";
import { cursorIndex, viewOf } from "../state.ts";
import { isStarting, isWell, verdictCell } from "../verdict-cells.ts";
import { Block } from "./block.tsx";
import { Detail } from "./detail.tsx";
import { List } from "./list.tsx";

/** One host over the whole screen: may it be taken out now, and everything that is known of it. */
export const HostView = memo((): ReactNode => {
  const { theme } = useShell();
  const size = useSize();
  const picture = usePicture((whole) => whole);
  const filter = useUi((state) => state.filter);
  const view = useUi(viewOf);
  const name = view.kind === "host" ? view.host : "";
  const verdict = picture.hosts.find((host) => host.name === name)?.verdict;
  const around = { isWell: isWell(picture), isStarting: isStarting(picture) };
  const items = itemsOf(hostTables(picture, name), filter);
  const height = bodyRows(size) - 1 - DETAIL_ROWS;
  const keys = rowKeys(items);
  const stored = useUi((state) => state.cursors[hostScroll(name)]);
  const note = noteFor(keys.length, items.length > height, { at: cursorIndex(stored, keys) });
  const badge = verdict === undefined ? undefined : verdictCell(verdict, around);
  const rule = ruleLine(
    {
      title: `${name}: may it be taken out now?`,
      badge: badge === undefined ? undefined : piece(theme.text(badge.text), badge.tone),
      focused: true,
      right: [filter === "" ? "" : `only "${filter}"`, note].filter((part) => part !== "").join(" · "),
    },
    size.columns,
    theme,
  );
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule]} width={size.columns} height={1} />
      <List
        name={hostScroll(name)}
        scroll={hostScroll(name)}
        items={items}
        width={size.columns}
        height={height}
        focused
      />
      <Detail />
    </Box>
  );
});
HostView.displayName = "HostView";
