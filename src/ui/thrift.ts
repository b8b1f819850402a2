/**
 * Says the same to a terminal in fewer bytes: attributes that are set and taken back with nothing drawn in between are
 * left out, and steps down the screen are counted. What Ink writes for a changed number shrinks to about half, which a
 * slow line feels. Each call continues where the one before ended; only whole escape sequences may be handed in.
 */
export const createThrift = (): ((text: string) => string) => {
  /** As the terminal has them, and as they should be when something is next drawn. */
  let shown: Attributes = PLAIN;
  let wanted: Attributes = PLAIN;
  const settle = (): string => {
    const codes = change(shown, wanted);
    shown = wanted;
    return codes.length === 0 ? "" : `\u001b[${codes.join(";")}m`;
  };
  return (text) => {
    let thrifty = "";
    for (const [piece, moves, codes] of text.matchAll(PIECES)) {
      if (codes !== undefined) wanted = applied(wanted, codes);
      else if (moves !== undefined) thrifty += `\u001b[${moves.length === 3 ? "" : moves.length / 3}E`;
      else if (MOVE.test(piece) || (GROUND.test(piece) && shown.get("background") === wanted.get("background")))
        thrifty += piece;
      else thrifty += settle() + piece;
    }
    return thrifty + settle();
  };
};

/** A run of steps to the next line; attributes; another sequence, a control character, or text. */
const PIECES = /((?:\u001b\[E)+)|\u001b\[([\d;]*)m|\u001b\[[^@-~]*[@-~]|\u001b|[^\u001b]+/g;

/** A cursor that goes somewhere draws nothing. */
const MOVE = /^\u001b\[(?:[\d;]*[A-H]|\?.*[hl])$/;

/** What is erased, and a line that scrolls in, takes the background and nothing else. */
const GROUND = /^(?:\u001b\[\d*[JK]|[\r\n]+)$/;

/** The code that sets each attribute, by what it concerns; what is not there is as the terminal has it by default. */
type Attributes = ReadonlyMap<string, string>;

const PLAIN: Attributes = new Map();

const OFF: Readonly<Record<string, string>> = {
  bold: "22",
  dim: "22",
  italic: "23",
  underline: "24",
  blink: "25",
  inverse: "27",
  hidden: "28",
  strike: "29",
  foreground: "39",
  background: "49",
  overline: "55",
};

const ON: Readonly<Record<string, string>> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  5: "blink",
  7: "inverse",
  8: "hidden",
  9: "strike",
  53: "overline",
};

const applied = (before: Attributes, text: string): Attributes => {
  const after = new Map(before);
  const codes = text === "" ? ["0"] : text.split(";");
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? "";
    const name = ON[code] ?? coloured(code);
    if (code === "0" || code === "") after.clear();
    else if (code === "38" || code === "48") {
      // A colour from the large palettes brings its numbers along.
      const length = codes[i + 1] === "2" ? 5 : 3;
      after.set(code === "38" ? "foreground" : "background", codes.slice(i, i + length).join(";"));
      i += length - 1;
    } else if (name !== undefined) after.set(name, code);
    else for (const [each, off] of Object.entries(OFF)) if (off === code) after.delete(each);
  }
  return after;
};

const coloured = (code: string): string | undefined => {
  if (/^(?:3|9)[0-7]$/.test(code)) return "foreground";
  return /^(?:4|10)[0-7]$/.test(code) ? "background" : undefined;
};

const change = (from: Attributes, to: Attributes): readonly string[] => {
  const off = new Set([...from.keys()].filter((name) => !to.has(name)).map((name) => OFF[name] ?? "0"));
  // Bold and dim share the code that ends them: what should stay must be said again.
  const on = [...to].filter(([name, code]) => from.get(name) !== code || off.has(OFF[name] ?? ""));
  return [...off, ...on.map(([, code]) => code)];
};
