/**
 * Lambda's metadata endpoint: tells a function and its extensions in which Availability Zone they
 * run, which here is the first of the region.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-metadata-endpoint.html. The
 * bodies of its refusals are not documented; clients look at the status.
 */
import { createHash } from "node:crypto";
import type { ExtensionRoutes } from "../extensions/extensions-api.ts";
import { refuse, writeJson } from "../processes/runtime-api-http.ts";

const PREFIX = "/2026-01-15/metadata/";
const EXECUTION_ENVIRONMENT = `${PREFIX}execution-environment`;
const HEADERS = { "Cache-Control": "private, max-age=43200, immutable" };

/** Of one environment alone: the name of its log stream is drawn at random. */
export function metadataToken(logStream: string): string {
  return createHash("sha256").update(logStream).digest("base64url");
}

/** Asks `others` for what is not metadata. */
export function withMetadata(
  { region, token }: { readonly region: string; readonly token: string },
  others: ExtensionRoutes,
): ExtensionRoutes {
  return async (request, response) => {
    if (!request.url?.startsWith(PREFIX)) {
      return others(request, response);
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      refuse(response, 401, "Unauthorized", "The token is missing or not that of the environment.");
    } else if (request.url !== EXECUTION_ENVIRONMENT) {
      refuse(response, 404, "NotFound", `There is no ${request.url}.`);
    } else if (request.method !== "GET") {
      refuse(response, 405, "MethodNotAllowed", "Only GET is allowed.");
    } else {
      writeJson(response, 200, { AvailabilityZoneID: firstZoneOf(region) }, HEADERS);
    }
    return true;
  };
}

/**
 * `use1-az1` in `us-east-1`: the parts of the region, its directions by their initials.
 * Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function firstZoneOf(region: string): string {
  const [area = "", ...parts] = region.split("-");
  const number = parts.at(-1) ?? "";
  const middle = parts.slice(0, -1).map((part) => DIRECTIONS[part] ?? part.charAt(0));
  return `${area}${middle.join("")}${number}-az1`;
}

const DIRECTIONS: Readonly<Record<string, string>> = {
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
};
