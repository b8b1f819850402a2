/**
 * A health check's result in the operator's words. Codes from the management guide, `check_status`; HAProxy sends the
 * system's own text ("Connection refused") or the server's ("Service Unavailable") beside it.
 */
export const checkWords = (status: string, code: number | undefined, detail: string): string => {
  switch (status) {
    case "L4CON":
      return detail === "" ? "no connection" : lowerFirst(innermost(detail));
    case "L7STS":
      return code === undefined ? "wrong status" : `answers ${code}`;
    case "L7OK":
    case "L7OKC":
    case "L6OK":
    case "L4OK":
    case "PROCOK":
      return code === undefined ? "ok" : `ok ${code}`;
    default:
      return WORDS[status] ?? (status === "" ? "no check" : status);
  }
};

const WORDS: Readonly<Record<string, string>> = {
  UNK: "not checked yet",
  INI: "first check not done",
  CHECKED: "checked elsewhere",
  HANA: "too many bad answers",
  SOCKERR: "socket error",
  L4TOUT: "connect timed out",
  L6TOUT: "TLS timed out",
  L6RSP: "TLS failed",
  L7TOUT: "no answer in time",
  L7RSP: "answer not understood",
  PROCERR: "check program failed",
  PROCTOUT: "check program timed out",
};

/** Whether the last check passed; undefined when there was none that says. */
export const checkPassed = (status: string): boolean | undefined => {
  if (/^(L[467]OKC?|PROCOK)$/.test(status)) return true;
  return status === "" || /^(UNK|INI|CHECKED)$/.test(status) ? undefined : false;
};

// "General socket error (Network is unreachable)" wraps what matters.
const innermost = (detail: string): string => /\(([^()]+)\)$/.exec(detail)?.[1] ?? detail;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
