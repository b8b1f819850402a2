import type { Cluster } from "../inventory/cluster.ts";
import { resolveSecret } from "../inventory/resolve-secret.ts";
import { describeSecret, type Secret } from "../inventory/secret.ts";
import type { Check } from "./doctor-check.ts";

/** Fetches every secret of a cluster once, without showing any: one line each. */
export const checkSecrets = async (cluster: Cluster): Promise<readonly Check[]> => {
  // One secret may serve many hosts, and a password manager asks each time.
  const uses = Map.groupBy(secretsOf(cluster), ({ secret }) => JSON.stringify(secret));
  return Promise.all(
    [...uses.values()].flatMap(([first, ...others]) =>
      first === undefined
        ? []
        : [
            checkSecret(
              first.subject,
              [first, ...others].map(({ what }) => what),
              first.secret,
            ),
          ],
    ),
  );
};

interface SecretUse {
  readonly subject: string;
  readonly what: string;
  readonly secret: Secret;
}

const secretsOf = ({ name, hosts, galera, redis }: Cluster): readonly SecretUse[] => [
  ...hosts.flatMap(({ ssh: { passphrase } }) =>
    passphrase === undefined ? [] : [{ subject: name, what: "ssh passphrase", secret: passphrase }],
  ),
  ...(galera?.password === undefined ? [] : [{ subject: name, what: "galera password", secret: galera.password }]),
  ...redis.flatMap(({ name: instance, password }) =>
    password === undefined ? [] : [{ subject: name, what: `redis ${instance} password`, secret: password }],
  ),
];

const checkSecret = async (subject: string, uses: readonly string[], secret: Secret): Promise<Check> => {
  const result = await resolveSecret(secret);
  const what = [...new Set(uses)].join(", ");
  const place = { subject, area: "secret" } as const;
  if (result.ok) return { ...place, state: "ok", text: `${what} from ${describeSecret(secret)}`, fixes: [] };
  const [problem] = result.problems;
  return {
    ...place,
    state: "fails",
    text: `${what}: ${problem?.what ?? "cannot be had"}`,
    fixes: problem?.fix === undefined ? [] : [problem.fix],
  };
};
