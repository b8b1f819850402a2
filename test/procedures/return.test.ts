import { describe, expect, it } from "vitest";
import { bricksOnline, volumesMounted } from "../../src/procedures/host-gates.ts";
import { returnKind } from "../../src/procedures/return.ts";
import type { View } from "../../src/procedures/view.ts";
import { shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const known = <T>(value: T) => ({ state: "known" as const, value, atMs: 10 });
const SILENT = { state: "unknown" as const, reason: "timeout" as const, detail: "it does not answer" };

/** Only what the gates read of Gluster need be in its facts. */
const viewOf = (gluster?: unknown): View => {
  const picture = pictureOf();
  const systems = picture.systems.map((system) => (system.id === "gluster" ? { ...system, facts: gluster } : system));
  return { cluster: shop, picture: { ...picture, systems }, freshAfterMs: 0 };
};

describe("a host that is given visitors again", () => {
  const gluster = (mounts: readonly unknown[], bricks: readonly unknown[]) => ({
    hosts: [],
    strangers: [],
    volumes: [{ ...VOLUME, name: "data", expected: true, bricks }],
    mounts: mounts.map((each, at) => ({
      host: "web2",
      volume: `v${at}`,
      path: `/v${at}`,
      mounted: each,
      space: known({ state: "hung" }),
    })),
  });
  const VOLUME = { info: SILENT, pending: SILENT, trend: SILENT, splitBrain: SILENT };
  const brick = (host: string, online: unknown) => ({
    host,
    path: "/bricks/data",
    arbiter: false,
    connected: online,
    process: SILENT,
    online,
    pending: SILENT,
  });
  const looks = (...mounted: readonly unknown[]) =>
    volumesMounted("web2").watch(NOBODY_TO_ASK)(viewOf(gluster(mounted, [])));
  const serves = (...bricks: readonly unknown[]) =>
    bricksOnline("web2").watch(NOBODY_TO_ASK)(viewOf(gluster([], bricks)));

  it("has its volumes mounted, or waits: what visitors upload would land on its own disk", () => {
    expect(looks(known({ state: "right" }))).toMatchObject({ state: "open", value: "/v0" });
    expect(looks(known({ state: "right" }), known({ state: "absent" }))).toMatchObject({
      state: "waiting",
      value: "not mounted: /v1",
    });
    expect(looks(SILENT)).toMatchObject({ state: "unknown" });
    expect(volumesMounted("web2").watch(NOBODY_TO_ASK)(viewOf())).toMatchObject({
      state: "unknown",
    });
  });

  it("has its bricks online, or waits; whose bricks are not known is not without any", () => {
    const others = brick("web1", known(false));
    expect(serves(others, brick("web2", known(true)))).toMatchObject({ state: "open", value: "1 brick" });
    expect(serves(others, brick("web2", known(false)))).toMatchObject({ state: "waiting", value: "offline: data" });
    expect(serves(others, brick("web2", SILENT))).toMatchObject({ state: "unknown" });
    expect(serves(others)).toMatchObject({ state: "open", value: "it has none" });
    expect(serves()).toMatchObject({ state: "unknown" });
  });

  it("is looked at as a whole, and once more right before it gets them; a brick alone may be typed past", async () => {
    const params = { places: JSON.stringify([{ loadBalancer: "lb1", proxy: "web", server: "web2" }]) };
    const plan = await returnKind.replan({ subject: "web2", params, view: viewOf(), reads: NOBODY_TO_ASK });
    const steps = plan.ok ? plan.procedure.steps : [];
    const gates = (step: string) => steps.find(({ id }) => id === step)?.before ?? [];
    const wellness = ["health", "synced", "mounted"];
    expect(gates("well").map(({ id }) => id)).toEqual(["places-known", ...wellness, "bricks-online", "checks-pass"]);
    expect(gates("ready").map(({ id }) => id)).toEqual(["places-known", ...wellness]);
    const passable = gates("well").filter(({ overridable }) => overridable !== undefined);
    expect(passable.map(({ id, overridable }) => [id, overridable])).toEqual([["bricks-online", "web2"]]);
  });
});
