/** Who took a server out, from the bits of srv_admin_state (server-t.h, `enum srv_admin`). */
export interface AdminState {
  readonly maintenance: boolean;
  readonly drain: boolean;
  /** In words, most telling first: `by hand`, `by its configuration`, `with the server it tracks` … */
  readonly by: readonly string[];
}

const FORCED_MAINT = 0x01;
const INHERITED_MAINT = 0x02;
const CONFIG_MAINT = 0x04;
const FORCED_DRAIN = 0x08;
const INHERITED_DRAIN = 0x10;
const RESOLUTION_MAINT = 0x20;
const HOSTNAME_MAINT = 0x40;

export const adminState = (bits: number): AdminState => {
  const has = (mask: number): boolean => (bits & mask) !== 0;
  const by: string[] = [];
  // `disabled` in the configuration sets both bits: nobody's hand was in it.
  if (has(CONFIG_MAINT)) by.push("by its configuration");
  else if (has(FORCED_MAINT | FORCED_DRAIN)) by.push("by hand");
  if (has(INHERITED_MAINT | INHERITED_DRAIN)) by.push("with the server it tracks");
  if (has(RESOLUTION_MAINT | HOSTNAME_MAINT)) by.push("because its name does not resolve");
  return {
    maintenance: has(FORCED_MAINT | INHERITED_MAINT | CONFIG_MAINT | RESOLUTION_MAINT | HOSTNAME_MAINT),
    drain: has(FORCED_DRAIN | INHERITED_DRAIN),
    by,
  };
};
