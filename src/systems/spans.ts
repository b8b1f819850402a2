import { span, type Span } from "./pane.ts";

/** Parts of a summary, joined as all summaries join them; empty parts are left out. */
export const joined = (parts: readonly (readonly Span[])[]): readonly Span[] => {
  const spans: Span[] = [];
  for (const part of parts) {
    if (part.length === 0) continue;
    if (spans.length > 0) spans.push(span(" · "));
    spans.push(...part);
  }
  return spans;
};
