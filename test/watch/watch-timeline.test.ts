import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TimelineEvent } from "../../src/watch/event.ts";
import type { Recorder } from "../../src/watch/recorder.ts";
import { startWatch } from "../../src/watch/watch.ts";
import { shop } from "../systems/kit.ts";
import { handAccess } from "./fake-access.ts";

const earlier: TimelineEvent = {
  atMs: 1_000,
  system: "web",
  subject: "apache2",
  host: "web1",
  from: "failed",
  to: "active",
  severity: "ok",
};

const recording = () => {
  const written: string[] = [];
  let problem: string | undefined;
  const recorder: Recorder = {
    past: Promise.resolve([earlier]),
    write: (events) => written.push(...events.map(({ to }) => to)),
    problem: () => problem,
    close: async () => {
      written.push("(closed)");
    },
  };
  return {
    recorder,
    written,
    fail: (why: string) => {
      problem = why;
    },
  };
};

const watching = (recorder?: Recorder, damped = true) => {
  const watch = startWatch({
    cluster: shop,
    access: handAccess().access,
    systems: [],
    damped,
    ...(recorder === undefined ? {} : { recorder }),
  });
  return { watch, told: () => watch.store.getState().picture.recent.map(({ to }) => to) };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a watch and its timeline", () => {
  it("says when it began, paused, went on and ended, after what earlier runs kept", async () => {
    const { recorder, written } = recording();
    const { watch, told } = watching(recorder);
    await vi.advanceTimersByTimeAsync(600);
    expect(told()).toEqual(["started watching", "active"]);
    watch.pause(true);
    await vi.advanceTimersByTimeAsync(60_000);
    watch.pause(false);
    await vi.advanceTimersByTimeAsync(600);
    await watch.close();
    expect(written).toEqual([
      "started watching",
      "paused: nothing is asked",
      "goes on",
      "stopped watching",
      "(closed)",
    ]);
    expect(told().toReversed()).toEqual(["active", ...written.slice(0, -1)]);
  });

  it("says for how long it saw nothing", async () => {
    const { recorder, written } = recording();
    const { watch } = watching(recorder);
    await vi.advanceTimersByTimeAsync(600);
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(written).toEqual(["started watching", "saw nothing for 1h: asleep, stopped, or the clock was set"]);
    await watch.close();
  });

  it("says once, on the screen only, that nothing is kept, and goes on", async () => {
    const { recorder, written, fail } = recording();
    const { watch, told } = watching(recorder);
    await vi.advanceTimersByTimeAsync(600);
    fail("the timeline is not kept: ENOSPC");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told()).toEqual(["the timeline is not kept: ENOSPC", "started watching", "active"]);
    expect(written).toEqual(["started watching"]);
    await watch.close();
  });

  it("keeps it in memory where there is no recorder, and leaves no trace of a single look", async () => {
    const inMemory = watching();
    expect(inMemory.told()).toEqual(["started watching"]);
    await inMemory.watch.close();
    const single = watching(undefined, false);
    expect(single.told()).toEqual([]);
    await single.watch.close();
  });
});
