import { createContext, use } from "react";
import { useStore } from "zustand/react";
import type { StoreApi } from "zustand/vanilla";
import type { Picture } from "../watch/picture.ts";
import type { Watch } from "../watch/watch.ts";
import type { ActState, Actor } from "./act/contract.ts";
import type { WidthMemory } from "./columns.ts";
import type { Desk } from "./desk.ts";
import type { Keymap } from "./keymap.ts";
import type { Size } from "./layout.ts";
import type { Asking } from "./prompts.ts";
import type { UiState } from "./state.ts";
import type { Theme } from "./theme.ts";

/** The cluster on screen: what is watched, and the questions its connections ask. */
export interface Session {
  readonly name: string;
  readonly watch: Watch;
  readonly asking: Asking;
  readonly actor: Actor;
}

/** What all views share. The stores never change; what is in them does. */
export interface Shell {
  readonly theme: Theme;
  readonly keymap: Keymap;
  readonly desk: Desk;
  readonly ui: StoreApi<UiState>;
  readonly size: StoreApi<Size>;
  readonly clock: StoreApi<{ readonly nowMs: number }>;
  readonly session: StoreApi<Session>;
  readonly widths: WidthMemory["widths"];
}

const ShellContext = createContext<Shell | undefined>(undefined);

export const ShellProvider = ShellContext.Provider;

export const useShell = (): Shell => {
  const shell = use(ShellContext);
  if (shell === undefined) throw new Error("a view outside the console");
  return shell;
};

export const useUi = <T>(select: (state: UiState) => T): T => useStore(useShell().ui, select);

export const useSize = (): Size => useStore(useShell().size);

export const useNow = (): number => useStore(useShell().clock, nowOf);

const nowOf = ({ nowMs }: { readonly nowMs: number }): number => nowMs;

export const useSession = (): Session => useStore(useShell().session);

/** A part of what may be done, and is being done, to the cluster on screen. */
export const useAct = <T>(select: (act: ActState) => T): T => useStore(useSession().actor.store, select);

/** A part of the picture; the view is drawn again only when that part is another object. */
export const usePicture = <T>(select: (picture: Picture) => T): T => {
  const { watch } = useSession();
  return useStore(watch.store, ({ picture }) => select(picture));
};
