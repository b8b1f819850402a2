import { Box, useApp, useInput, usePaste } from "ink";
import { useCallback, useEffect, type ReactNode } from "react";
import { useStore } from "zustand/react";
import { onKey, onText } from "../dispatch.ts";
import type { Box as Framed } from "../draw/frame.ts";
import { pickerBox } from "../draw/picker.ts";
import { questionBox } from "../draw/question.ts";
import { keysIn } from "../keys.ts";
import { bodyRows, fitsScreen, HEADER_ROWS, HEADLINE_ROWS, questionRows } from "../layout.ts";
import { useSession, useShell, useSize, useUi } from "../shell.ts";
import { viewOf, type View } from "../state.ts";
import { Block } from "./block.tsx";
import { Footer, Header, Headline, TooSmall } from "./frame.tsx";
import { HostView } from "./host.tsx";
import { Overview } from "./overview.tsx";
import { QuietView } from "./quiet.tsx";
import { TextView } from "./text.tsx";
import { TimelineView } from "./timeline.tsx";
import { WalkView } from "./walk.tsx";
import { FindingsView, Zoom } from "./zoom.tsx";

interface AppProps {
  /** Hands out the way to give the terminal to somebody else for a while. */
  readonly onTerminal: (suspend: (during: () => Promise<void>) => Promise<void>) => void;
}

/** The whole screen: as wide as the terminal, exactly as high, and never a row more. */
export const App = ({ onTerminal }: AppProps): ReactNode => {
  const shell = useShell();
  const size = useSize();
  const { name } = useSession();
  // The only place that reads keys.
  useInput(
    useCallback(
      (input, key) => {
        const keys = keysIn(input, key);
        for (const each of keys) onKey(shell, each);
        if (keys.length === 0 && input !== "") onText(shell, input);
      },
      [shell],
    ),
  );
  const { suspendTerminal } = useApp();
  useEffect(() => onTerminal(suspendTerminal), [onTerminal, suspendTerminal]);
  usePaste(useCallback((text) => onText(shell, text), [shell]));
  return (
    <Box width="100%" height={size.rows} flexDirection="column" overflow="hidden">
      {fitsScreen(size) ? <Screen key={name} /> : <TooSmall />}
      <Overlaid />
    </Box>
  );
};

const Screen = (): ReactNode => {
  const size = useSize();
  return (
    <>
      <Header />
      <Headline />
      <Box flexDirection="column" height={bodyRows(size)} flexShrink={0} overflow="hidden">
        <Body />
      </Box>
      <Footer />
    </>
  );
};

const Body = (): ReactNode => {
  const kind: View["kind"] = useUi((state) => viewOf(state).kind);
  switch (kind) {
    case "overview":
      return <Overview />;
    case "pane":
      return <Zoom />;
    case "findings":
      return <FindingsView />;
    case "timeline":
      return <TimelineView />;
    case "host":
      return <HostView />;
    case "quiet":
      return <QuietView />;
    case "walk":
      return <WalkView />;
    case "evidence":
    case "report":
    case "help":
      return <TextView />;
  }
};

/** What stands over the body: a question first, else the list to choose from. Header and headline stay in sight. */
const Overlaid = (): ReactNode => {
  const { theme } = useShell();
  const size = useSize();
  const ask = useStore(useSession().asking.store);
  const overlay = useUi((state) => state.overlay);
  const rows = size.rows - HEADER_ROWS - HEADLINE_ROWS - 1;
  const box: Framed | undefined =
    questionBox(ask, size.columns, questionRows(size), theme) ??
    (overlay?.kind === "picker" ? pickerBox(overlay, size.columns, rows, theme) : undefined);
  if (box === undefined) return null;
  const most = questionRows(size);
  // A line of the body shows above a box that leaves room for it.
  const top = fitsScreen(size) ? HEADER_ROWS + HEADLINE_ROWS + (box.lines.length < most ? 1 : 0) : HEADER_ROWS;
  return (
    <Box position="absolute" top={top} left={Math.max(0, Math.floor((size.columns - box.width) / 2))}>
      <Block lines={box.lines} width={box.width} height={Math.min(box.lines.length, size.rows - top)} />
    </Box>
  );
};
