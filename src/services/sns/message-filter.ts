/** Decides by filter policies who hears of a publication, reading its attributes and body once. */
import { parseJson } from "../../base/json.ts";
import {
  type AttributeValues,
  attributeValues,
} from "../../languages/filter-policy/attribute-values.ts";
import { matchesAttributes, matchesBody } from "../../languages/filter-policy/filter-policy.ts";
import type { CompilePolicy } from "../../languages/filter-policy/policy-cache.ts";
import type { Publication } from "./publication.ts";
import type { Subscription } from "./subscription.ts";

export class MessageFilter {
  readonly #compile: CompilePolicy;
  readonly #publication: Publication;
  #attributes: AttributeValues | undefined;
  #body: { readonly value: unknown } | undefined;

  constructor(compile: CompilePolicy, publication: Publication) {
    this.#compile = compile;
    this.#publication = publication;
  }

  lets({ settings }: Subscription): boolean {
    if (settings.filterPolicy === undefined) {
      return true;
    }
    const { policy } = this.#compile(settings.filterPolicy, settings.filterPolicyScope);
    if (policy === undefined) {
      return false;
    }
    if (policy.scope === "MessageBody") {
      this.#body ??= { value: parseJson(this.#publication.message) };
      return matchesBody(policy, this.#body.value);
    }
    this.#attributes ??= attributeValues(this.#publication.attributes);
    return matchesAttributes(policy, this.#attributes);
  }
}
