/** Compiled policies, so that a publish compiles none that it has seen; bounded, oldest out first. */
import {
  type CompiledPolicy,
  compileFilterPolicy,
  type FilterPolicyScope,
} from "./filter-policy.ts";

const POLICIES_MAX = 2000;

export type CompilePolicy = (text: string, scope: FilterPolicyScope) => CompiledPolicy;

export function createPolicyCache(policiesMax: number = POLICIES_MAX): CompilePolicy {
  const scopes = {
    MessageAttributes: new Map<string, CompiledPolicy>(),
    MessageBody: new Map<string, CompiledPolicy>(),
  };
  return (text, scope) => {
    const known = scopes[scope].get(text);
    if (known !== undefined) {
      return known;
    }
    const compiled = compileFilterPolicy(text, scope);
    const [oldest] = scopes[scope].keys();
    if (oldest !== undefined && scopes[scope].size >= policiesMax) {
      scopes[scope].delete(oldest);
    }
    scopes[scope].set(text, compiled);
    return compiled;
  };
}
