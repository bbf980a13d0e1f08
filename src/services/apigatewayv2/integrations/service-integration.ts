/**
 * Integrations with operations of AWS services: parameters are gathered from the request, the
 * operation runs in process, and its answer goes to the client as the service wrote it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
 */
import { parseJson } from "../../../base/json.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { fail } from "../../../wire/fail.ts";
import type { HttpResponse } from "../../../wire/http.ts";
import { Unreadable } from "../../../wire/malformed.ts";
import { loadModel } from "../../../wire/models.ts";
import { respond } from "../../../wire/respond.ts";
import { readSdkInput } from "../../../wire/sdk-input.ts";
import { selectable } from "../context-variables.ts";
import type { ServePorts } from "../function-call.ts";
import type { IntegrationRecord } from "../keys.ts";
import { INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import type { RoutedRequest } from "../payload.ts";
import { filledTemplate, parseTemplate, type Template } from "../selection.ts";
import {
  type DeployedIntegration,
  integrationAnswered,
  integrationFailed,
  type Occasion,
} from "./integration-answer.ts";
import {
  JSON_PARAMETERS,
  NUMBER_PARAMETERS,
  type ServiceCall,
  serviceCallOf,
} from "./service-call.ts";

/** `undefined` when there is no such subtype. */
export function serviceIntegration(
  integration: IntegrationRecord,
): DeployedIntegration | undefined {
  const call = serviceCallOf(integration.IntegrationSubtype ?? "");
  const templates = Object.entries(integration.RequestParameters ?? {}).map(
    ([name, text]) => [name, parseTemplate(text) ?? []] as const,
  );
  const timeoutMs = integration.TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  return (
    call && {
      async answer(ports, routed, on) {
        const { beganMs } = on;
        const parameters = gathered(templates, routed);
        const missing = call.required.find((name) => parameters[name] === undefined);
        if (missing !== undefined) {
          const error = `The parameter ${missing} has no value.`;
          return integrationFailed(ports, routed, { status: 400, beganMs, error });
        }
        const outcome = await called(ports, routed, { ...on, call, parameters, timeoutMs });
        return "response" in outcome
          ? integrationAnswered(ports, routed, {
              response: outcome.response,
              beganMs,
              status: outcome.response.status,
              error: outcome.error,
            })
          : integrationFailed(ports, routed, {
              status: outcome.status,
              beganMs,
              error: outcome.error,
            });
      },
    }
  );
}

type Parameters = Readonly<Record<string, unknown>>;

function gathered(
  templates: readonly (readonly [name: string, template: Template])[],
  routed: RoutedRequest,
): Parameters {
  const from = selectable(routed);
  const parameters: Record<string, unknown> = {};
  for (const [name, template] of templates) {
    const value = filledTemplate(template, from);
    if (value !== undefined) {
      parameters[name] = parameterValue(name, value);
    }
  }
  return parameters;
}

function parameterValue(name: string, text: string): unknown {
  if (NUMBER_PARAMETERS.has(name) && text.trim() !== "") {
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  }
  return JSON_PARAMETERS.has(name) ? (parseJson(text) ?? text) : text;
}

type Outcome =
  | { readonly response: HttpResponse; readonly error?: string }
  | { readonly status: 500 | 503; readonly error: string };

async function called(
  ports: ServePorts,
  routed: RoutedRequest,
  to: Occasion & {
    readonly call: ServiceCall;
    readonly parameters: Parameters;
    readonly timeoutMs: number;
  },
): Promise<Outcome> {
  const done = new AbortController();
  const tooLate = ports.clock
    .sleepUntil(to.beganMs + to.timeoutMs, done.signal)
    .then((): Outcome => ({ status: 503, error: "The service did not answer in time." }));
  const outcome = await Promise.race([callOperation(ports, routed, to), tooLate]);
  done.abort("answered");
  return outcome;
}

async function callOperation(
  ports: ServePorts,
  { trace }: RoutedRequest,
  {
    api,
    call,
    parameters,
  }: Pick<Occasion, "api"> & { readonly call: ServiceCall; readonly parameters: Parameters },
): Promise<Outcome> {
  const { service, operation, protocol } = call;
  const { Region: region = api.region, ...given } = parameters;
  const model = loadModel(service);
  const claim = { model, operation, protocol };
  const requestId = ports.random.uuid();
  const caller = { accountId: api.accountId, region: String(region), trace, requestId };
  try {
    const input = readSdkInput(model, operation, call.input(given));
    const output = await ports.dispatcher.callByName(caller, service, operation, input);
    return { response: respond(claim, output, requestId) };
  } catch (error) {
    if (error instanceof AwsError) {
      return { response: fail(claim, error, requestId), error: error.message };
    }
    if (error instanceof Unreadable) {
      const refusal = new AwsError({ code: "SerializationException", message: error.message });
      return { response: fail(claim, refusal, requestId), error: error.message };
    }
    ports.log.write("error", "apigatewayv2: a service could not be called", { service, error });
    return { status: 500, error: "The service could not be called." };
  }
}
