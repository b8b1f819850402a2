import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { describeSend } from "../../../src/connect/describe.ts";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { optionsOf } from "../../../src/procedures/registry.ts";
import { parseUserProcedure } from "../../../src/procedures/user/check.ts";
import { journaledKind, userKind } from "../../../src/procedures/user/kind.ts";
import { clusterOf } from "../../ui/fixtures/cluster.ts";
import { pictureOf } from "../../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "../bench.ts";

const HOSTS = ["web1", "web2", "web3"] as const;

const cluster: Cluster = {
  ...clusterOf([...HOSTS, "lb1"], { role: "operator" }),
  web: {
    hosts: HOSTS,
    service: "apache2",
    docroot: "/var/www/shop",
    healthUrl: "http://127.0.0.1/",
    fpm: [],
  },
  shadow: {
    master: "web1",
    subs: ["web2", "web3"],
    script: "/etc/cronwrap/sync-sites",
    state: "/var/lib/sync-sites/last",
    intervalMs: 180_000,
    source: "/var/www",
    target: "/wp-core",
  },
  gluster: {
    hosts: HOSTS,
    service: "glusterd",
    volumes: [{ name: "wp-core", mount: "/wp-core", hosts: HOSTS }],
  },
  galera: {
    flavour: "mariadb",
    members: HOSTS.map((host) => ({ host, weight: 1 })),
    arbitrators: 0,
    user: "midwatch",
    via: "tunnel",
    port: 3_306,
    socket: "/run/mysqld/mysqld.sock",
    datadir: "/var/lib/mysql",
    service: "mariadb",
  },
};

const view = { cluster, picture: pictureOf({ nowMs: 0 }), freshAfterMs: 0 };

const kindOf = async (name: string) => {
  const text = await readFile(`procedures/${name}.yaml`, "utf8");
  const parsed = parseUserProcedure(name, text, []);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ what }) => what).join(" "));
  return userKind({ procedure: parsed.value, file: name, text });
};

const plan = async (name: string, chosen: Readonly<Record<string, string>>, on: Cluster = cluster) => {
  const kind = await kindOf(name);
  const options = optionsOf(kind, chosen);
  if (!options.ok) throw new Error(options.why);
  const request = { subject: on.name, view: { ...view, cluster: on }, reads: NOBODY_TO_ASK };
  return kind.plan({ ...request, options: options.options });
};

const CHOSEN = {
  "wordpress-update": { site: "shop" },
  "new-site": { site: "news", domain: "news.example", "password-hash": `*${"A".repeat(40)}` },
} as const;

describe("a procedure of one's own, planned", () => {
  it.each(["wordpress-update", "new-site"] as const)(
    "%s leaves no placeholder, in what it sends and takes back",
    async (name) => {
      const planned = await plan(name, CHOSEN[name]);
      if (!planned.ok) throw new Error(planned.why);
      const { steps, title } = planned.procedure;
      const sent = steps.flatMap(({ actions }) =>
        actions.flatMap(({ ask, undo }) => [ask, ...(undo === undefined ? [] : [undo])]),
      );
      expect(sent.length).toBeGreaterThan(5);
      const shown = [
        title,
        ...sent.map((ask) => describeSend(ask.send, ask.privilege)),
        ...steps.flatMap((step) => [step.title, step.why, step.stays, ...step.before.map(({ wanted }) => wanted)]),
      ];
      expect(shown.filter((text) => /[{}]/.test(text))).toStrictEqual([]);
      expect(new Set(steps.flatMap(({ id, actions }) => actions.map((action) => `${id} ${action.id}`))).size).toBe(
        steps.flatMap(({ actions }) => actions).length,
      );
    },
  );

  it("is the same again from its journal alone", async () => {
    const planned = await plan("new-site", CHOSEN["new-site"]);
    if (!planned.ok) throw new Error(planned.why);
    const { params, subject } = planned.procedure;
    const again = await journaledKind(params)?.replan({ subject, params, view, reads: NOBODY_TO_ASK });
    expect(JSON.stringify(again)).toBe(JSON.stringify(planned));
    expect(journaledKind({})).toBeUndefined();
    expect(journaledKind({ source: "rubbish" })).toBeUndefined();
  });

  it("is not made again from a journal whose values nobody could have chosen", async () => {
    const planned = await plan("new-site", CHOSEN["new-site"]);
    if (!planned.ok) throw new Error(planned.why);
    const { params, subject } = planned.procedure;
    const kind = journaledKind(params);
    const again = (on: string, more: Readonly<Record<string, string>>) => {
      const chosen = JSON.stringify({ ...JSON.parse(params["chosen"] ?? ""), ...more });
      return kind?.replan({ subject: on, params: { ...params, chosen }, view, reads: NOBODY_TO_ASK });
    };
    expect(await again(subject, {})).toMatchObject({ ok: true });
    expect(await again(subject, { docroot: "/etc" })).toEqual({
      ok: false,
      why: "the journal of new-site does not fit it: it takes no docroot",
    });
    const [name = ""] = Object.keys(CHOSEN["new-site"]);
    expect(await again(subject, { [name]: "a'; rm" })).toMatchObject({ ok: false });
    expect(await again("--help", {})).toMatchObject({ ok: false });
  });

  it("has systemd keep its hands off a word that looks like a variable, and ends a long command before it is taken back", async () => {
    const text = `name: own
title: own
about: own
on: cluster
steps:
  - id: one
    title: one
    why: a test
    run: [{ on: web1, as: root, long: true, command: [/usr/bin/printf, "costs $HOME"], undo: [/usr/bin/printf, back] }]
`;
    const parsed = parseUserProcedure("own", text, []);
    if (!parsed.ok) throw new Error(parsed.problems.map(({ what }) => what).join(" "));
    const kind = userKind({ procedure: parsed.value, file: "own", text });
    const planned = await kind.plan({ subject: "shop", options: new Map(), view, reads: NOBODY_TO_ASK });
    const start = planned.ok ? planned.procedure.steps[0]?.actions.at(-1) : undefined;
    const said = [start?.ask, start?.undoFirst, start?.undo].map((ask) =>
      ask === undefined ? "" : describeSend(ask.send, ask.privilege),
    );
    expect(said[0]).toMatch(/printf 'costs \$\$HOME'$/);
    expect(said[1]).toMatch(/systemctl stop midwatch-own-/);
    expect(said[2]).toMatch(/printf back$/);
  });

  it("says why it cannot be", async () => {
    expect(await plan("wordpress-update", {})).toStrictEqual({ ok: false, why: "site must be given: --set site=…" });
    expect(await plan("wordpress-update", { site: "../etc" })).toMatchObject({ ok: false });
    expect(await plan("wordpress-update", CHOSEN["wordpress-update"], clusterOf(HOSTS))).toMatchObject({
      ok: false,
      why: "step well: gate health-good: shop has no origins",
    });
  });
});
