import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backoffMs } from "../../../src/connect/ssh/backoff.ts";
import { startPatience } from "../../../src/connect/ssh/patience.ts";
import { startPulse } from "../../../src/connect/ssh/pulse.ts";

describe("back-off", () => {
  test("grows from one second to ten for a host that is away, to half a minute for one that fails otherwise", () => {
    const waits = (reason: "unreachable" | "failed") =>
      [1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(reason, failures, 0.5));
    expect(waits("unreachable")).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    expect(waits("failed")).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test("spreads the hosts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const waitMs = backoffMs("refused", failures, random);
        expect(waitMs).toBeGreaterThanOrEqual(800);
        expect(waitMs).toBeLessThanOrEqual(12_000);
      }),
    );
  });

  test("does not get this address banned for failed logins", () => {
    expect(backoffMs("auth", 1, 0)).toBeGreaterThan(120_000);
    expect(backoffMs("host-key", 1, 0.5)).toBe(30_000);
  });
});

describe("on a clock of our own", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("silence is noticed, and any byte breaks it", () => {
    const onSilent = vi.fn<(silentMs: number) => void>();
    const pulse = startPulse(3500, onSilent);
    vi.advanceTimersByTime(3000);
    expect(pulse.silentMs()).toBe(3000);
    pulse.heard();
    vi.advanceTimersByTime(3250);
    expect(onSilent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(250);
    expect(onSilent).toHaveBeenCalledExactlyOnceWith(3500);
    pulse.stop();
  });

  test("time in which this process did not run is not the host's silence", () => {
    const onSilent = vi.fn<(silentMs: number) => void>();
    const pulse = startPulse(3500, onSilent);
    // A suspended process: the clock has moved on by an hour when the next tick comes.
    const slept = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 3_600_000);
    vi.advanceTimersByTime(250);
    slept.mockRestore();
    expect(pulse.silentMs()).toBe(500);
    expect(onSilent).not.toHaveBeenCalled();
    pulse.stop();
  });

  test("a deadline stands still while a person is asked, and begins anew afterwards", () => {
    const onOut = vi.fn<() => void>();
    const patience = startPatience(10_000, onOut);
    vi.advanceTimersByTime(9000);
    patience.hold();
    expect(patience.held()).toBe(true);
    vi.advanceTimersByTime(600_000);
    expect(onOut).not.toHaveBeenCalled();
    patience.resume();
    vi.advanceTimersByTime(9000);
    expect(onOut).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(onOut).toHaveBeenCalledOnce();
  });

  test("slowness is told once, and never while a person is asked", () => {
    const [onOut, onSlow] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const patience = startPatience(10_000, onOut, { afterMs: 4_000, onSlow });
    vi.advanceTimersByTime(3_000);
    patience.hold();
    vi.advanceTimersByTime(60_000);
    patience.resume();
    vi.advanceTimersByTime(3_999);
    expect(onSlow).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5_000);
    expect(onSlow).toHaveBeenCalledOnce();
    patience.stop();
    vi.advanceTimersByTime(60_000);
    expect(onOut).not.toHaveBeenCalled();
    // A deadline that comes first says all there is to say.
    startPatience(4_000, onOut, { afterMs: 4_000, onSlow });
    vi.advanceTimersByTime(4_000);
    expect([onOut.mock.calls.length, onSlow.mock.calls.length]).toEqual([1, 1]);
  });

  test("a deadline that was stopped never passes", () => {
    const onOut = vi.fn<() => void>();
    const patience = startPatience(10_000, onOut);
    patience.hold();
    patience.stop();
    patience.resume();
    vi.advanceTimersByTime(60_000);
    expect(onOut).not.toHaveBeenCalled();
  });
});
