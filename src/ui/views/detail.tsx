import type { ReactNode } from "react";
import { detailLines } from "../draw/detail.ts";
import { explainLines } from "../draw/explain.ts";
import { ruleLine } from "../draw/pane.ts";
import { EMPTY, type Line } from "../line.ts";
import { detailRows, findingUnderCursor, listInSight, rowUnderCursor } from "../scene.ts";
import { useNow, usePicture, useSession, useShell, useSize, useUi } from "../shell.ts";
import { Block } from "./block.tsx";

/** The row under the cursor, in full: a finding with its rule, any other with what its evidence came to. */
export const Detail = (): ReactNode => {
  const { theme, widths } = useShell();
  const { watch } = useSession();
  const size = useSize();
  const ui = useUi((state) => state);
  const picture = usePicture((whole) => whole);
  const nowMs = useNow();
  const scene = { picture, ui, size };
  const item = rowUnderCursor(scene);
  const finding = findingUnderCursor(scene);
  const lines = ((): readonly Line[] => {
    if (item === undefined) return [];
    if (finding !== undefined) return explainLines(finding, watch.rule(finding.id), size.columns, theme);
    const [key] = item.row.evidence;
    const evidence = key === undefined ? undefined : watch.evidence(key);
    const name = listInSight(scene)?.scroll ?? "";
    return detailLines(item, name, evidence, nowMs, size.columns, theme, { widths, nowMs });
  })();
  const rule = ruleLine({ title: finding?.id ?? item?.row.id ?? "", focused: false, right: "" }, size.columns, theme);
  const rows = detailRows(ui);
  return <Block lines={[rule, ...lines.slice(0, rows - 1), EMPTY]} width={size.columns} height={rows} />;
};
