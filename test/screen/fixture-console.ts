/**
 * The console on pictures made by hand, as a program of its own for a terminal to run. Node strips types from .ts but
 * not from .tsx, so the console itself comes from the build.
 */
import { parseArgs } from "node:util";
import { displayFor } from "../../src/ui/theme.ts";
import { readKeymap } from "../../src/ui/keymap-read.ts";
import { keep } from "../../src/watch/keep.ts";
import { pictureOf, type PictureOptions } from "../ui/fixtures/picture.ts";
import { fixtureWatch, type FixtureWatch } from "../ui/fixtures/watch.ts";

process.env["NODE_ENV"] = "production";

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "healthy" },
    hosts: { type: "string", default: "0" },
    role: { type: "string", default: "viewer" },
    keymap: { type: "string", multiple: true, default: [] },
    ascii: { type: "boolean", default: false },
    ask: { type: "string", default: "" },
    // One number changes, this often.
    beat: { type: "string", default: "0" },
  },
});

const many = Number(values.hosts);
const hosts =
  many === 0 ? {} : { hosts: Array.from({ length: many }, (_, i) => `web${String(i + 1).padStart(3, "0")}`) };
const role = values.role === "operator" ? "operator" : "viewer";

const scenarios: Readonly<Record<string, PictureOptions>> = {
  healthy: {},
  "member-lost": { memberLost: "web3" },
  unreachable: { unreachable: "web2" },
  pending: { pending: true },
  "one-number": { load: "0.5" },
};

const picture = (scenario: string, name: string): ReturnType<typeof pictureOf> =>
  pictureOf({ ...scenarios[scenario], ...hosts, role, name, demo: true, nowMs: Date.now() });

// The address is computed so that the type checker does not look for declarations in the build.
const built: string = new URL("../../dist/ui/console.js", import.meta.url).href;
const { openConsole } = (await import(built)) as typeof import("../../src/ui/console.tsx");

const keymap = await readKeymap(values.keymap);
if (!keymap.ok) {
  console.error(keymap.problems.map(({ what }) => what).join("\n"));
  process.exit(78);
}

let watch: FixtureWatch | undefined;

if (values.beat !== "0") {
  let beats = 0;
  setInterval(() => {
    const before = watch?.store.getState().picture;
    const next = picture(beats % 2 === 0 ? "one-number" : "healthy", "shop");
    beats += 1;
    if (before !== undefined) watch?.show(keep(before, next));
  }, Number(values.beat));
}

const exit = await openConsole({
  clusters: [{ name: "shop" }, { name: "shop-staging" }],
  initial: "shop",
  keymap: keymap.value,
  display: displayFor(process.env, { ascii: values.ascii }),
  open: (name, prompts) => {
    watch = fixtureWatch(picture(values.scenario, name));
    if (values.ask === "host-key") {
      const question = {
        host: "web2",
        address: "10.77.0.12",
        port: 22,
        keyType: "ssh-ed25519",
        fingerprint: `SHA256:${"k3Yd".repeat(10)}abc`,
      };
      void prompts.hostKey(question).then((answer) => process.stderr.write(`host key: ${answer}\n`));
    }
    if (values.ask === "passphrase")
      void prompts
        .passphrase({ keyPath: "~/.ssh/id_ed25519", host: "web1", attempt: 1 })
        .then((answer) => process.stderr.write(`passphrase of ${answer?.length ?? 0}\n`));
    if (values.ask === "scribble")
      setTimeout(() => process.stderr.write("\u001b[5;10Hscribbled here\u001b[K\r\n\n\n"), 500);
    if (values.ask === "crash")
      setTimeout(() => {
        throw new Error("made to fail");
      }, 500);
    return {
      watch,
      hand: {
        role: "viewer",
        why: "you are a viewer here",
        audit: async () => undefined,
        others: async () => undefined,
      },
    };
  },
  demo: {
    scenarios: Object.keys(scenarios).map((name) => ({ name, title: `the ${name} picture` })),
    set: async (name) => watch?.show(picture(name, watch.store.getState().picture.cluster.name)),
  },
});
console.log(
  exit.reason === "signal"
    ? `ended: ${exit.signal}`
    : exit.reason === "failed"
      ? `ended: ${String(exit.error)}`
      : "ended: quit",
);
process.exit(exit.reason === "signal" ? 143 : exit.reason === "failed" ? 1 : 0);
