/** From what a request gives to a revision that can be deployed: read, transformed, checked, planned. */
import { parameterTexts, parameterValues, storeKeys } from "../../languages/template/parameters.ts";
import { parseTemplate } from "../../languages/template/parse.ts";
import { planStack, type StackIdentity } from "../../languages/template/plan.ts";
import {
  readParameters,
  readTemplate,
  readTransforms,
  type Template,
} from "../../languages/template/template.ts";
import { TemplateError, type Value, type ValueObject } from "../../languages/template/value.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { Store } from "../../store/store.ts";
import { NotSupportedError } from "../not-supported.ts";
import { resourceTypeOf } from "../resources/registry.ts";
import { SAM_TRANSFORM, transformSam } from "../sam/transform.ts";
import { missingCapabilities } from "./capabilities.ts";
import { checkTypeNames, checkTypes, featuresBesideSam } from "./check-types.ts";
import { lookUpStoreKeys } from "./dynamic-values.ts";
import { insufficientCapabilities, validationError } from "./errors.ts";
import { exportRows } from "./keys.ts";
import type { Revision } from "./state.ts";

export interface RevisionRequest {
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
  readonly stack: StackIdentity;
  /** A change set is looked at before it runs, so its transforms need no capability. */
  readonly reviewed: boolean;
}

export interface ReadSource {
  readonly template: Template;
  /** The template after transforms, when there were any. */
  readonly processed: ValueObject | undefined;
  /** As the template declares them, before transforms. */
  readonly transforms: readonly string[];
}

const KNOWN_TRANSFORMS: ReadonlySet<string> = new Set([SAM_TRANSFORM, "AWS::LanguageExtensions"]);

/** Reads and transforms a template. `parameters` has the values that were given. */
export function readSource(body: string, parameters: Readonly<Record<string, string>>): ReadSource {
  const source = parseTemplate(body);
  const transforms = readTransforms(source["Transform"]);
  const unknown = transforms.find((name) => !KNOWN_TRANSFORMS.has(name));
  if (unknown !== undefined) {
    throw new TemplateError(`No transform named ${unknown} found.`);
  }
  if (!transforms.includes(SAM_TRANSFORM)) {
    return { template: readTemplate(source), processed: undefined, transforms };
  }
  const declared = readParameters(source);
  const defaults = Object.fromEntries(
    Object.entries(declared).map(([name, { default: value }]) => [name, value]),
  );
  const processed = transformed(source, { ...defaults, ...parameters });
  return { template: readTemplate(processed), processed, transforms };
}

function transformed(
  source: ValueObject,
  parameters: Readonly<Record<string, Value | undefined>>,
): ValueObject {
  try {
    return transformSam(source, { parameters });
  } catch (error) {
    throw error instanceof NotSupportedError
      ? new NotSupportedError([...error.features, ...featuresBesideSam(source)])
      : error;
  }
}

/** All but the number, which the transaction that writes the revision gives. */
export type PreparedRevision = Omit<Revision, "number">;

export async function prepareRevision(
  ports: { readonly dispatcher: Dispatcher; readonly store: Store },
  caller: Caller,
  request: RevisionRequest,
): Promise<PreparedRevision> {
  const { stack } = request;
  const { template, processed, transforms } = asValidationError(() =>
    readSource(request.templateBody, request.parameters),
  );
  checkCapabilities(template, transforms, request);
  const texts = asValidationError(() => parameterTexts(template.parameters, request.parameters));
  asValidationError(() => checkTypeNames(template));
  const storedValues = await lookUpStoreKeys(
    ports.dispatcher,
    caller,
    storeKeys(template.parameters, texts),
  );
  const exported = await readExports(ports.store, stack);
  const imports = new Set<string>();
  const plan = asValidationError(() =>
    planStack({
      template,
      parameters: parameterValues(template.parameters, texts, storedValues),
      stack,
      importValue(name) {
        imports.add(name);
        return exported.get(name);
      },
      attributesOf: (type) => resourceTypeOf(type)?.attributes,
    }),
  );
  asValidationError(() => checkTypes(plan.resources));
  return {
    templateBody: request.templateBody,
    processedBody: processed && JSON.stringify(processed),
    plan,
    parameters: texts,
    noEcho: Object.keys(template.parameters).filter((name) => template.parameters[name]?.noEcho),
    storedValues,
    imports: [...imports],
    capabilities: request.capabilities,
    tags: request.tags,
    roleArn: request.roleArn,
  };
}

function checkCapabilities(
  template: Template,
  transforms: readonly string[],
  request: RevisionRequest,
): void {
  const missing = missingCapabilities(template, {
    given: request.capabilities,
    expands: transforms.length > 0 && !request.reviewed,
  });
  if (missing.length > 0) {
    throw insufficientCapabilities(missing);
  }
}

function readExports(store: Store, stack: StackIdentity): Promise<ReadonlyMap<string, string>> {
  return store.read((tx) => {
    const rows = exportRows.list(tx, { prefix: [stack.accountId, stack.region] });
    return new Map([...rows].map(({ id, record }) => [String(id[2]), record.value]));
  });
}

/** Mistakes in a template are the caller's. */
export function asValidationError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TemplateError) {
      throw validationError(error.message);
    }
    throw error;
  }
}
