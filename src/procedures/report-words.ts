/** Fit for a table's cell. */
export const oneLine = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("`", "'");
