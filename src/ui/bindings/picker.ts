import type { Desk } from "../desk.ts";
import { setOverlay, type Choice, type Overlay } from "../state.ts";

/** Opens a list to choose from. */
export const pick = (
  desk: Desk,
  of: Extract<Overlay, { kind: "picker" }>["of"],
  title: string,
  choices: readonly Choice[],
): void => desk.update((ui) => setOverlay(ui, { kind: "picker", of, title, choices, text: "", at: 0 }));
