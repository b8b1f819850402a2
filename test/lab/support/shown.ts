import { expect } from "vitest";
import type { Finding } from "../../../src/systems/finding.ts";
import type { Reading } from "../../../src/systems/reading.ts";
import type { Row } from "../../../src/systems/pane.ts";
import type { SystemId } from "../../../src/systems/system.ts";
import { galeraFactsSchema } from "../../../src/systems/galera/schema.ts";
import { glusterFactsSchema } from "../../../src/systems/gluster/schema.ts";
import { haproxyFactsSchema } from "../../../src/systems/haproxy/facts-schema.ts";
import { hostFactsSchema } from "../../../src/systems/host/facts-schema.ts";
import { redisFactsSchema } from "../../../src/systems/redis/facts.ts";
import { shadowFactsSchema } from "../../../src/systems/shadow/facts-schema.ts";
import { webFactsSchema } from "../../../src/systems/web/facts-schema.ts";
import type { Picture, SystemPicture } from "../../../src/watch/picture.ts";

/** What midwatch shows at one moment, by name. The facts have passed their published schemas. */
export type Shown = ReturnType<typeof shownIn>;

export const shownIn = (picture: Picture) => {
  const system = (id: SystemId): SystemPicture => found(picture.systems, id, (each) => each.id === id);
  return {
    picture,
    host: (name: string) => found(hostFactsSchema.parse(system("host").facts).hosts, name, ({ host }) => host === name),
    link: (name: string) => found(picture.hosts, name, (each) => each.name === name).link,
    get galera() {
      return galeraFactsSchema.parse(system("galera").facts);
    },
    get gluster() {
      return glusterFactsSchema.parse(system("gluster").facts);
    },
    redis: (name: string) =>
      found(redisFactsSchema.parse(system("redis").facts).instances, name, (each) => each.name === name),
    get haproxy() {
      return haproxyFactsSchema.parse(system("haproxy").facts);
    },
    web: (name: string) => found(webFactsSchema.parse(system("web").facts).origins, name, ({ host }) => host === name),
    shadow: (name: string) =>
      found(shadowFactsSchema.parse(system("shadow").facts).hosts, name, ({ host }) => host === name),
    system,
    summary: (id: SystemId): string =>
      system(id)
        .pane.summary.map(({ text }) => text)
        .join(""),
    /** A row as the screen has it: cell texts by column. */
    row: (id: SystemId, table: string, rowId: string): Readonly<Record<string, string>> => {
      const { rows } = found(system(id).pane.tables, `${id}/${table}`, (each) => each.id === table);
      return textsOf(found(rows, `${id}/${table}/${rowId}`, (each) => each.id === rowId));
    },
    /** Those a person must do something about, or that say that something is not known. */
    troubles: picture.findings.filter(({ severity }) => severity !== "info"),
  };
};

const textsOf = ({ cells }: Row): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(cells).map(([column, { text }]) => [column, text]));

const found = <T>(list: readonly T[], what: string, is: (item: T) => boolean): T => {
  const item = list.find(is);
  if (item === undefined) throw new Error(`${what} is not shown`);
  return item;
};

/** A reading that must be known. */
export const known = <T>(reading: Reading<T>): T => {
  if (reading.state === "unknown") throw new Error(`not known (${reading.reason}): ${reading.detail}`);
  return reading.value;
};

/** How old a reading is that must be known, in ms. */
export const ageOf = (reading: Reading<unknown>, nowMs: number): number => {
  if (reading.state === "unknown") throw new Error(`not known (${reading.reason}): ${reading.detail}`);
  return nowMs - reading.atMs;
};

export const inOneLine = ({ severity, id, text }: Finding): string => `${severity} ${id}: ${text}`;

/** A reset ends the sessions that traffic made: midwatch is right to say so for a while. */
const isOfReset = ({ id }: Finding): boolean => id === "redis.sessions_fell";

/** Nothing to do and nothing unknown, in words when it is not so. */
export const expectWell = ({ troubles, picture }: Shown): void => {
  expect(troubles.filter((finding) => !isOfReset(finding)).map(inOneLine)).toEqual([]);
  const unwell = picture.systems.filter(
    ({ pane, findings }) => !["ok", "info"].includes(pane.severity) && !findings.some(isOfReset),
  );
  expect(unwell.map(({ id }) => id)).toEqual([]);
  expect(picture.systems.filter(({ pending }) => pending).map(({ id }) => id)).toEqual([]);
};
