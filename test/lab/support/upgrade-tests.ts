import { afterAll, beforeAll, beforeEach, expect, onTestFailed } from "vitest";
import { balancer, type LabHost } from "../../../lab/topology.ts";
import { expectHealth, webServerOf } from "./meanwhile.ts";
import { letDpkgHurry, openOperator, type Operator } from "./upgrading.ts";
import { resetLab } from "./watch.ts";

/** Registers what every group of upgrades needs: a lab that is well, an operator, and an end to what failed. */
export const upgradeTests = () => {
  let operator: Operator;
  const fresh = async (): Promise<void> => {
    await resetLab();
    await letDpkgHurry();
  };
  beforeAll(async () => {
    await fresh();
    operator = await openOperator();
  }, 600_000);
  beforeEach(() => {
    onTestFailed(async () => {
      await operator.start("journal", "leave", "--reason", "a test");
      await fresh();
    });
  });
  afterAll(async () => {
    await operator.close();
    await resetLab();
  }, 600_000);

  /** Every daemon is well, and nothing is left open here or on the cluster. */
  const expectClosed = async (): Promise<void> => {
    await expectHealth();
    expect(await operator.journal()).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("next:") });
  };
  return {
    operator: () => operator,
    expectClosed,
    /** Done, and the host has its visitors. */
    expectDone: async (stdout: string, host: LabHost): Promise<void> => {
      expect(stdout).toContain(`done: rolling upgrade of ${host.name}`);
      await expectClosed();
      if (host !== balancer) expect(await webServerOf(host)).toBe("UP");
    },
  };
};
