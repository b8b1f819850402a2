/** An element as the gluster CLI prints it: a name with text, with children, or empty. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | number | readonly Element[];
}

export const element = (name: string, content: Element["content"], attributes?: Element["attributes"]): Element =>
  attributes === undefined ? { name, content } : { name, content, attributes };

/** `<cliOutput>` with the header and the indentation of libxml2. */
export const cliXml = (children: readonly Element[]): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${print(element("cliOutput", children), "")}`;

/** What every answer says of its own success. */
export const outcome = (ret: number, errno: number, text: string): readonly Element[] => [
  element("opRet", ret),
  element("opErrno", errno),
  element("opErrstr", text),
];

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const print = ({ name, attributes, content }: Element, indent: string): string => {
  const words = Object.entries(attributes ?? {}).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = name + words.join("");
  if (typeof content === "number" || typeof content === "string") {
    const text = escaped(String(content));
    return text === "" ? `${indent}<${open}/>\n` : `${indent}<${open}>${text}</${name}>\n`;
  }
  if (content.length === 0) return `${indent}<${open}/>\n`;
  const inside = content.map((child) => print(child, `${indent}  `)).join("");
  return `${indent}<${open}>\n${inside}${indent}</${name}>\n`;
};
