import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { homeFolder } from "../../src/inventory/home.ts";

test("a home is absolute, whatever $HOME says, and there is one for an account that has none", () => {
  expect(homeFolder()).toBe(homedir());
  expect(isAbsolute(homeFolder(() => ""))).toBe(true);
  expect(
    homeFolder(() => {
      throw new Error("uv_os_homedir returned ENOENT");
    }),
  ).toBe("/");
});
