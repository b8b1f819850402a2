import { Box, Text } from "ink";
import { memo, type ReactNode } from "react";
import { EMPTY, fitLine, paint, type Line } from "../line.ts";
import { useShell } from "../shell.ts";

interface Lines {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

/** Exactly `height` lines of `width` columns, whatever it is given: the frame must never be a row too tall. */
export const Block = ({ lines, width, height }: Lines): ReactNode => {
  const { theme } = useShell();
  if (height <= 0 || width <= 0) return null;
  const text = Array.from({ length: height }, (_, i) => paint(fitLine(lines[i] ?? EMPTY, width, theme), theme));
  return <Painted text={text.join("\n")} width={width} height={height} />;
};

/** One text node a block: what did not change costs a comparison of strings. */
const Painted = memo(
  ({ text, width, height }: { readonly text: string; readonly width: number; readonly height: number }) => (
    <Box width={width} height={height} flexShrink={0}>
      <Text>{text}</Text>
    </Box>
  ),
);
Painted.displayName = "Painted";
