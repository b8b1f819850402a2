import { describe, expect, it } from "vitest";
import { bootstrapKind } from "../../src/procedures/bootstrap.ts";
import type { GateValue } from "../../src/procedures/procedure.ts";
import type { View } from "../../src/procedures/view.ts";
import { galeraModel, type ModelMember } from "../systems/galera/model.ts";
import { AT_MS, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const web = (host: string, more: Omit<ModelMember, "host" | "weight"> = {}): ModelMember => ({
  host,
  weight: 1,
  ...more,
});
const stopped = { presence: "stopped" } as const;
const dark = { presence: "unknown" } as const;
const alone = { view: { primary: false, clusterStatus: "non-Primary" } } as const;

/** Sampled `sinceMs` after what it is to prove. */
const viewOf = (members: readonly ModelMember[], sinceMs: number): View => {
  const picture = pictureOf();
  const facts = galeraModel(members);
  const systems = picture.systems.map((system) => (system.id === "galera" ? { ...system, facts } : system));
  return { cluster: shop, picture: { ...picture, systems }, freshAfterMs: AT_MS - sinceMs };
};

/** What the step that begins the cluster on web2 says before it sends anything, whatever was seen days before. */
const mayBegin = async (members: readonly ModelMember[], sinceMs = 0): Promise<GateValue> => {
  const view = viewOf(members, sinceMs);
  const made = await bootstrapKind.replan({
    subject: "shop",
    params: { first: "web2", run: "1" },
    view,
    reads: NOBODY_TO_ASK,
  });
  const begin = made.ok ? made.procedure.steps.find(({ id }) => id === "begin") : undefined;
  const [gate] = begin?.before ?? [];
  if (gate === undefined) throw new Error("it begins without a look");
  expect(gate.overridable).toBeUndefined();
  return gate.watch(NOBODY_TO_ASK)(view);
};

describe("a cluster is begun", () => {
  it("while every other member is down, or when it has begun there already", async () => {
    expect(await mayBegin([web("web1", stopped), web("web2", stopped), web("web3", stopped)])).toEqual({
      state: "open",
      value: "down: web1, web3",
    });
    expect(await mayBegin([web("web1"), web("web2"), web("web3", dark)])).toEqual({
      state: "open",
      value: "web2 is Primary",
    });
  });

  it("never beside one that somebody has begun elsewhere meanwhile", async () => {
    const begun = { state: "closed", value: "web3: answers" };
    expect(await mayBegin([web("web1", stopped), web("web2", stopped), web("web3")])).toEqual(begun);
    expect(await mayBegin([web("web1", stopped), web("web2", alone), web("web3")])).toEqual(begun);
  });

  it("never while it is not known of one, or only from before", async () => {
    expect(await mayBegin([web("web1", stopped), web("web2", stopped), web("web3", dark)])).toMatchObject({
      state: "unknown",
    });
    expect(await mayBegin([web("web1", stopped), web("web2", stopped), web("web3", stopped)], -1)).toMatchObject({
      state: "unknown",
    });
    expect(await mayBegin([web("web1"), web("web2"), web("web3")], -1)).toMatchObject({ state: "unknown" });
  });
});
