import { inHost } from "../hosts/process.ts";
import type { LabHost } from "../topology.ts";

/** Brackets keep the pattern from finding the shell that looks for it. */
export const killBrick = (on: LabHost): Promise<string> => inHost(on, "pkill -9 -f '[v]olfile-id data[.]'");
