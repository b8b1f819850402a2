import { XMLParser } from "fast-xml-parser";
import { shortText } from "../text.ts";

/** An element: its own text and its children, by name. */
export type XmlNode = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 32,
});

/**
 * The root element called `root`, or undefined when the text is not a whole document with that root: a program ended
 * by its deadline leaves half of one. Entities of the document's own are refused.
 */
export const parseXml = (text: string, root: string): XmlNode | undefined => {
  if (!text.trimEnd().endsWith(`</${root}>`) || text.includes("<!DOCTYPE")) return undefined;
  try {
    const document: unknown = parser.parse(text);
    return isNode(document) ? child(document, root) : undefined;
  } catch {
    return undefined;
  }
};

/** The one child of that name; undefined when there is none or it holds nothing but text. */
export const child = (node: XmlNode | undefined, name: string): XmlNode | undefined => {
  const value = own(node, name);
  return isNode(value) ? value : undefined;
};

/** All children of that name that hold elements; one and many look alike. */
export const children = (node: XmlNode | undefined, name: string): readonly XmlNode[] => {
  const value = own(node, name);
  return (Array.isArray(value) ? value : [value]).filter((item) => isNode(item));
};

/** The text of the child of that name, cleaned: XML can spell control characters that no byte of it shows. */
export const textAt = (node: XmlNode | undefined, name: string, limit = 300): string | undefined => {
  const value = own(node, name);
  const text = isNode(value) ? own(value, "#text") : value;
  return typeof text === "string" ? shortText(text, limit) : undefined;
};

/** The texts of all children of that name. */
export const textsAt = (node: XmlNode | undefined, name: string, limit = 300): readonly string[] => {
  const value = own(node, name);
  return (Array.isArray(value) ? value : [value])
    .map((item) => (isNode(item) ? own(item, "#text") : item))
    .filter((item) => typeof item === "string")
    .map((item) => shortText(item, limit));
};

const own = (node: XmlNode | undefined, name: string): unknown =>
  node !== undefined && Object.hasOwn(node, name) ? node[name] : undefined;

const isNode = (value: unknown): value is XmlNode =>
  typeof value === "object" && value !== null && !Array.isArray(value);
