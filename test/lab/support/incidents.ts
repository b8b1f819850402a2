import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { tell, expectIncident, type Expected, type Took } from "./incident.ts";
import { backToHealth, dirs, possible, watchLab, type LabWatch } from "./watch.ts";

/** One watch through all of them, as one console would be. */
export const describeIncidents = (incidents: readonly Expected[]): void => {
  let watched: LabWatch;
  const took: Took[] = [];

  describe.runIf(possible)("what is said of", () => {
    beforeAll(async () => {
      watched = await watchLab(dirs.inventory);
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") await backToHealth(watched);
    });
    afterAll(async () => {
      await watched.close();
      tell(took);
    });

    test.for(incidents)("$incident", async (expected) => {
      took.push(await expectIncident(watched, expected));
    });
  });
};
