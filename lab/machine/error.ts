/** An error a person can act on: what failed, and what to do about it. Printed without a stack. */
export interface LabError extends Error {
  readonly lab: true;
  readonly advice: string | undefined;
}

export const labError = (message: string, advice?: string, cause?: unknown): LabError =>
  Object.assign(new Error(message, { cause }), { lab: true as const, advice });

export const isLabError = (error: unknown): error is LabError =>
  error instanceof Error && "lab" in error && error.lab === true;
