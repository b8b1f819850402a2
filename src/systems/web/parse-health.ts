import { parsed, type Parsed } from "../../connect/command.ts";
import type { HttpReply } from "../../connect/reply.ts";
import { shortText } from "../text.ts";

export interface Health {
  readonly status: number;
  readonly tookMs: number;
  /** Whether the text to be expected was in the page; absent when the inventory names none, and when it is not known. */
  readonly expected?: boolean | undefined;
  /** The text was not in what was kept of a longer page: it may stand behind that. */
  readonly cut?: true;
  /** PHP came back as text: the module is gone and passwords in the code are readable by anyone. */
  readonly source: boolean;
  /** Where a redirect leads. */
  readonly location?: string | undefined;
  /** From X-Powered-By, where PHP says so. */
  readonly phpVersion?: string | undefined;
}

export const parseHealth = (reply: HttpReply, params: { readonly expect?: string | undefined }): Parsed<Health> => {
  const { status, headers, body, tookMs } = reply;
  const found = params.expect === undefined ? undefined : body.includes(params.expect);
  const missed = found === false && reply.cut;
  const location = headers["location"];
  const powered = /\bPHP\/(\d+\.\d+(?:\.\d+)?)/.exec(headers["x-powered-by"] ?? "")?.[1];
  return parsed({
    status,
    tookMs,
    expected: missed ? undefined : found,
    ...(missed ? { cut: true as const } : {}),
    source: isSource(headers["content-type"] ?? "", body),
    location: location === undefined || status < 300 || status > 399 ? undefined : shortText(location, 120),
    phpVersion: powered,
  });
};

/** An interpreter leaves no opening tag; without one Apache sends the file as it is, under PHP's own media type. */
const isSource = (contentType: string, body: string): boolean =>
  /^application\/x-(httpd-)?php/i.test(contentType) || /<\?(php\s|=)/i.test(body);
