import { EXIT, formatProblems } from "../inventory/problem.ts";
import { procedures } from "../procedures/registry.ts";
import { readUserFile } from "../procedures/user/load.ts";

/** `midwatch procedures check FILE…`: reads them as `run` would, and sends nothing. Exit code 78 when one is not well. */
export const checkProcedures = async (files: readonly string[]): Promise<void> => {
  const names = procedures.map(({ name }) => name);
  const faults: string[] = [];
  for (const file of files) {
    const read = await readUserFile(file, names);
    if (!read.ok) {
      faults.push(formatProblems(read.problems));
      continue;
    }
    const { name, steps } = read.value.procedure;
    names.push(name);
    process.stdout.write(`ok  ${file}: ${name}, ${steps.length} ${steps.length === 1 ? "step" : "steps"}\n`);
  }
  if (faults.length === 0) return;
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = EXIT.config;
};
