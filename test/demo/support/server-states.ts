/** `web/web2` → status, from what `midwatch status --json` printed. */
export const serverStatesIn = (stdout: string): Readonly<Record<string, string>> => {
  const proxies: readonly {
    proxy: string;
    servers: readonly { server: string; views: readonly { view: { value: { status: string } } }[] }[];
  }[] = JSON.parse(stdout).systems.haproxy.facts.proxies;
  return Object.fromEntries(
    proxies.flatMap(({ proxy, servers }) =>
      servers.map(({ server, views }) => [`${proxy}/${server}`, views[0]?.view.value.status ?? ""]),
    ),
  );
};
