/** The handlers of the gateway, in the order they are asked. */
import type { FunctionHost } from "../functions/function-host.ts";
import { type AdminRoutes, answerAdmin } from "../gateway/admin.ts";
import { answerAws } from "../gateway/aws.ts";
import { answerPreflight, refuseForeign } from "../gateway/cors.ts";
import { answerCustomResources } from "../gateway/custom-resources.ts";
import { answerExecuteApi, isExecuteApi } from "../gateway/execute-api.ts";
import { answerFunctionUrl, isFunctionUrl } from "../gateway/function-url.ts";
import { type Answer, createAnswer, type Handler } from "../gateway/handlers.ts";
import { answerBucketPages, answerFormUploads, refuseExpiredLinks } from "../gateway/s3-pages.ts";
import { answerSnsLinks } from "../gateway/sns-links.ts";
import type { Journal, JournalQuery } from "../outbox/journal.ts";
import type { Faults } from "../platform/faults.ts";
import type { CorePorts } from "../services/service.ts";
import type { HttpResponse } from "../wire/http.ts";
import { dynamoDbRoutes } from "./dynamodb-routes.ts";
import { kinesisRoutes } from "./kinesis-routes.ts";
import { outboxRoutes } from "./outbox-routes.ts";
import type { Services } from "./services.ts";
import { VERSION } from "./version.ts";

export interface GatewayOptions extends CorePorts {
  readonly services: Services;
  readonly functions: FunctionHost;
  readonly journal: Journal;
  readonly allowedHosts: readonly string[];
  readonly faults: Faults;
  /** Ends this run and begins an empty one. */
  readonly reset: () => Promise<void>;
}

export function createGateway(options: GatewayOptions): Answer {
  const { services, log, clock, journal, allowedHosts, faults } = options;
  const { s3 } = services;
  const operations: readonly Handler[] = [
    refuseExpiredLinks(),
    answerFormUploads(s3),
    answerAws({ services: services.byName, log, clock, journal, faults }),
  ];
  const handlers: readonly Handler[] = [
    refuseForeign({ allowedHosts }, isOpen),
    answerPreflight({ allowedHosts }, isOpen),
    answerAdmin(adminRoutes(options)),
    answerExecuteApi(services.apiGateway.serve),
    answerFunctionUrl(services.lambda.serveUrl),
    answerSnsLinks(services.sns),
    answerCustomResources(services.cloudFormation),
    ...operations,
  ];
  const bucketPages = answerBucketPages({
    ...{ allowedHosts, s3 },
    operations: createAnswer({ log, handlers: operations }),
    others: createAnswer({ log, handlers }),
  });
  return createAnswer({ log, handlers: [bucketPages, ...handlers] });
}

/** Addresses of the application, which pages of every site may ask. */
function isOpen(host: string, path: string): boolean {
  return isExecuteApi(host, path) || isFunctionUrl(host, path);
}

function adminRoutes(options: GatewayOptions): AdminRoutes {
  const { services, functions } = options;
  return {
    "GET /health": async () => ({ status: "ok", version: VERSION }),
    "GET /version": async () => ({ version: VERSION, node: process.version }),
    "GET /services": async () =>
      Object.fromEntries(
        [...services.byName].map(([name, service]) => [name, Object.keys(service.operations)]),
      ),
    "GET /journal": async ({ head }) => options.journal.read(journalQuery(head.query)),
    "GET /runtimes": () => functions.runtimes(),
    ...dynamoDbRoutes(services.dynamoDb),
    ...kinesisRoutes(services.kinesis),
    ...outboxRoutes(services.sns.mailbox),
    "POST /reset": async () => {
      await options.reset();
      return { status: "empty" };
    },
    "GET /code/": async (exchange) =>
      zipResponse(await services.lambda.readCode(exchange.head.path)),
  };
}

const HOPS_DEFAULT = 1_000;

/** `?root=1-5759e988-bd86...&after=120&limit=50` */
function journalQuery(query: string): JournalQuery {
  const given = new URLSearchParams(query);
  const [after, limit] = [
    Number(given.get("after") ?? 0),
    Number(given.get("limit") ?? HOPS_DEFAULT),
  ];
  return { root: given.get("root") ?? undefined, after, limit };
}

function zipResponse(zip: Uint8Array | undefined): HttpResponse {
  return zip === undefined
    ? { status: 404, headers: [], body: new Uint8Array(0) }
    : { status: 200, headers: [["content-type", "application/zip"]], body: zip };
}
