/** STS: who a caller is, and temporary credentials for roles. */
import { bindOperations, type Operations, type Service } from "../service.ts";
import { assumeRole } from "./operations/assume-role.ts";
import { getAccessKeyInfo } from "./operations/get-access-key-info.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";
import { getSessionToken } from "./operations/get-session-token.ts";
import type { StsPorts } from "./ports.ts";
import { forgetSession, SESSION_TIMER } from "./session.ts";

const operations: Operations<StsPorts, "sts"> = {
  AssumeRole: assumeRole,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
};

export function createSts(ports: StsPorts): Service {
  return {
    name: "sts",
    operations: bindOperations<StsPorts, "sts">(ports, operations),
    timers: { [SESSION_TIMER]: forgetSession },
  };
}
