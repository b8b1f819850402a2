import { BINDINGS } from "./bindings.ts";
import type { Binding } from "./desk.ts";
import { GROUP_ORDER, GROUP_TITLES } from "./draw/help.ts";
import { keysOf, type Keymap } from "./keymap.ts";
import { readKeymap } from "./keymap-read.ts";
import type { Context } from "./scene.ts";
import { fit, widthOf } from "./text.ts";

const CONTEXT_NAMES: Readonly<Record<Context, string>> = {
  overview: "overview",
  pane: "pane",
  findings: "findings",
  timeline: "timeline",
  host: "host page",
  quiet: "quiet screen",
  walk: "walkthrough",
  evidence: "evidence",
  report: "report",
  help: "help",
  filter: "filter",
  picker: "lists",
  choice: "questions",
  entry: "typed answers",
  secret: "passphrase",
};

const PLACES = Object.keys(CONTEXT_NAMES).length;

const whereOf = ({ contexts }: Binding): string =>
  contexts.length === PLACES ? "everywhere" : contexts.map((context) => CONTEXT_NAMES[context]).join(", ");

/** As a keymap file would have them. */
const spelled = (keymap: Keymap, { action }: Binding): readonly string[] =>
  keysOf(keymap, action).map((keys) => keys.join(" "));

/** docs/keys.md. */
export const keysMarkdown = (keymap: Keymap, vim: Keymap): string => {
  const code = (keys: readonly string[]): string => keys.map((key) => `\`${key.replaceAll("|", "\\|")}\``).join(" ");
  const rows = (group: Binding["group"]): readonly string[] =>
    BINDINGS.filter((binding) => binding.group === group).map((binding) => {
      const [plain, vi] = [code(spelled(keymap, binding)), code(spelled(vim, binding))];
      return `| ${plain} | ${vi === plain ? "" : vi} | \`${binding.action}\` | ${binding.title} | ${whereOf(binding)} |`;
    });
  return [
    "# Keys",
    "",
    "Made from the code by `npm run docs`. The keys are those of `keymaps/default.yaml`; where `keymaps/vim.yaml` differs",
    "its keys stand in the second column. A file of your own lies over them: action, colon, a key or a list of keys.",
    "",
    ...GROUP_ORDER.flatMap((group) => [
      `## ${GROUP_TITLES[group]}`,
      "",
      "| key | vim | action | what it does | where |",
      "| --- | --- | --- | --- | --- |",
      ...rows(group),
      "",
    ]),
  ].join("\n");
};

/** `midwatch keys`: the keys as they are now, a user's own keymap included. */
export const keysText = (keymap: Keymap): string => {
  const shown = BINDINGS.map((binding) => ({ binding, keys: spelled(keymap, binding).join(", ") || "(none)" }));
  const keyWidth = Math.max(...shown.map(({ keys }) => widthOf(keys)));
  const actionWidth = Math.max(...BINDINGS.map(({ action }) => action.length));
  const lines = (group: Binding["group"]): readonly string[] =>
    shown
      .filter(({ binding }) => binding.group === group)
      .map(
        ({ binding: { action, title }, keys }) =>
          `  ${fit(keys, keyWidth, "left", "")}  ${action.padEnd(actionWidth)}  ${title}`,
      );
  return GROUP_ORDER.map((group) => [GROUP_TITLES[group], ...lines(group), ""].join("\n")).join("\n");
};

/** docs/keys.md from the keymaps that come with midwatch. */
export const keymapDocs = async (): Promise<string> => {
  const [plain, vim] = await Promise.all([readKeymap(), readKeymap(["vim"])]);
  if (!plain.ok || !vim.ok) throw new Error("a keymap that comes with midwatch does not load");
  return keysMarkdown(plain.value, vim.value);
};
