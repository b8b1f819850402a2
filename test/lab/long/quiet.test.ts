import { afterAll, beforeAll, describe, test } from "vitest";
import { expectQuiet } from "../support/quiet.ts";
import { expectWell } from "../support/shown.ts";
import { dirs, possible, resetLab, watchLab, type LabWatch } from "../support/watch.ts";

let watched: LabWatch;

describe.runIf(possible)("a healthy cluster under traffic", () => {
  beforeAll(async () => {
    watched = await watchLab(dirs.inventory);
    await watched.shows(expectWell, 60_000);
  });
  afterAll(async () => {
    await watched.close();
    // Takes the visitors' sessions away, which a watch would rightly tell.
    await resetLab();
  });

  test("raises nothing in ten minutes", () => expectQuiet(watched, 600), 700_000);
});
