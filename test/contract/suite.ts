import { beforeAll, describe, expect, it } from "vitest";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { systems } from "../../src/systems/registry.ts";
import { askEverything, type Answer } from "./ask-everything.ts";
import { meaninglessIn, outOfBounds } from "./meaning.ts";
import { differences } from "./shape.ts";
import { agreedShapes, shapesOf, type Shapes } from "./shapes.ts";

/** A Debian host has no dnf, and says so: that too is part of the contract. */
const MISSING_ON_DEBIAN = new Set(["host.packages_dnf", "host.security_dnf", "host.needs_restarting"]);

const ROUNDS = 4;
const isLate = (answer: Answer): boolean => answer.state === "unknown" && answer.reason === "timeout";

/**
 * The contract between the rooms and a cluster, embedded or real: when all is well every probe is known, and every
 * value has the types, units and ranges that were agreed. `openCluster` gives an operator's view of a healthy one.
 */
export const contractSuite = (name: string, openCluster: () => Promise<Cluster>): void => {
  describe(`every probe of every room on ${name}`, () => {
    let answers: readonly Answer[];
    let agreed: Shapes;
    let asked: ReadonlySet<string>;
    let nowMs: number;

    beforeAll(async () => {
      const cluster = await openCluster();
      asked = new Set(systems.flatMap((room) => room.probes(cluster)).map(({ ask }) => ask.commandId));
      agreed = await agreedShapes();
      // The contract is what is said, not how soon: a machine that was busy for a moment is asked again.
      for (let round = 1; round === 1 || (round <= ROUNDS && answers.some(isLate)); round += 1) {
        nowMs = Date.now();
        answers = await askEverything(cluster);
      }
    }, 300_000);

    it("is known", () => {
      const unknown = answers.filter(
        ({ state, commandId }) => state === "unknown" && !MISSING_ON_DEBIAN.has(commandId),
      );
      expect(unknown).toStrictEqual([]);
      const dnf = answers.filter(({ commandId }) => MISSING_ON_DEBIAN.has(commandId));
      expect(dnf.map((answer) => answer.state === "unknown" && answer.reason)).toStrictEqual(dnf.map(() => "missing"));
    });

    it("has the shape that was agreed", () => {
      const seen = shapesOf(answers);
      expect(Object.keys(agreed).filter((id) => asked.has(id) && seen[id] === undefined)).toStrictEqual([]);
      const found = Object.entries(seen).flatMap(([id, shape]) => {
        const other = agreed[id];
        return other === undefined ? [`${id} is not agreed`] : differences(shape, other, id);
      });
      expect(found).toStrictEqual([]);
    });

    it("means what its names say", () => {
      const found = answers.flatMap((answer) =>
        answer.state === "known"
          ? [...meaninglessIn(answer.value, nowMs, answer.key), ...outOfBounds(answer.commandId, answer.value)]
          : [],
      );
      expect(found).toStrictEqual([]);
    });
  });
};
